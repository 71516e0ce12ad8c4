import type { CarrierPort } from '@parley/calls';
import { FakeCarrier } from '@parley/calls/testing';
import {
  accountConnectionAsks,
  createNumber,
  deactivateNumber,
  getSigningToken,
  PhoneNumber,
  storeInSteeringPool,
  TwilioAccountConnection,
} from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import type { AskServer } from '@parley/messaging';
import { SecretBox } from '@parley/secrets';
import type { z } from 'zod';
import type { CarrierCredentials } from '../carrier-accounts/carrier-accounts';

export const secretsKeys = `k1:${Buffer.alloc(32, 5).toString('base64')}`;

type AskedNumber = z.output<typeof createNumber.request>;

/** What config knows of numbers and of the users' own accounts; and those accounts at the carrier. */
export class ConnectionsStandIn {
  /** Numbers that config knows, by E.164. */
  readonly numbers = new Map<string, PhoneNumber>();
  readonly createdNumbers: string[] = [];
  /** The next `createNumber` fails so. */
  createFails: AppError | undefined;
  /** The users' accounts at the carrier, by their SID, with the token that opens them. */
  readonly accounts = new Map<string, { readonly authToken: string; readonly carrier: FakeCarrier }>();
  private readonly givenUp = new Map<string, PhoneNumber>();
  private readonly connections = new Map<string, TwilioAccountConnection & { version: number }>();
  private readonly answers = new Map<string, PhoneNumber | TwilioAccountConnection>();
  private readonly secrets = SecretBox.fromKeys(secretsKeys);

  constructor(
    private readonly userId: string,
    private readonly phoneNumber: (changes: Partial<PhoneNumber>) => PhoneNumber,
  ) {}

  /** A connection of the user's to a new account at the carrier; `token` is what the user says opens it. */
  connect(token = 'right'): { id: string; carrier: FakeCarrier } {
    const id = newId();
    const accountSid = `AC${newId().replaceAll('-', '')}`;
    const carrier = new FakeCarrier();
    this.accounts.set(accountSid, { authToken: 'right', carrier });
    this.connections.set(id, {
      id,
      user_id: this.userId,
      type: 'account_connection_twilio',
      credentials: { twilio_account_sid: accountSid, twilio_auth_token: this.sealed(id, token) },
      steering_pool: [],
      account_supports_any_caller_id: false,
      version: 1,
    });
    return { id, carrier };
  }

  changeToken(id: string, token: string): void {
    const connection = this.connection(this.userId, id);
    connection.credentials.twilio_auth_token = this.sealed(id, token);
    connection.version += 1;
  }

  /** The carrier's side of an account, as those see it who come with these credentials. */
  open({ accountSid, authToken }: CarrierCredentials): CarrierPort {
    const account = this.accounts.get(accountSid);
    if (account?.authToken === authToken) return account.carrier;
    const refuse = () => Promise.reject(new AppError('invalid', 'CARRIER.UNAUTHENTICATED', 'Not accepted.'));
    const ways = ['place', 'end', 'fetch', 'buyNumber', 'findNumber', 'ownNumber', 'pointNumber'] as const;
    const others = ['unpointNumber', 'releaseNumber'] as const;
    const closed = Object.fromEntries([...ways, ...others].map((way) => [way, refuse]));
    return { provider: 'twilio', ...closed } as unknown as CarrierPort;
  }

  find(number: string): PhoneNumber {
    const found = this.numbers.get(number);
    if (!found) throw new AppError('not_found', 'NUMBER.NOT_FOUND', 'Phone number not found');
    return found;
  }

  answer(server: AskServer): void {
    server.answer(createNumber, (asked) => this.once(asked.command_id, () => this.create(asked)));
    server.answer(deactivateNumber, ({ id }) => this.deactivate(id));
    server.answer(getSigningToken, ({ user_id, id }) => {
      const { credentials, version } = this.connection(user_id, id);
      return { ...credentials, version };
    });
    server.answer(accountConnectionAsks.get, ({ user_id, id }) => this.connection(user_id, id));
    server.answer(storeInSteeringPool, ({ user_id, command_id, id, number }) =>
      this.once(command_id, () => {
        const connection = this.connection(user_id, id);
        if (connection.steering_pool.includes(number)) {
          throw new AppError('conflict', 'STEERING_POOL.HAS_NUMBER', 'It is in the pool already.');
        }
        connection.steering_pool.push(number);
        return structuredClone(connection);
      }),
    );
  }

  private once<T extends PhoneNumber | TwilioAccountConnection>(commandId: string, work: () => T): T {
    const answer = (this.answers.get(commandId) as T | undefined) ?? work();
    this.answers.set(commandId, answer);
    return answer;
  }

  private create(asked: AskedNumber): PhoneNumber {
    const failure = this.createFails;
    this.createFails = undefined;
    if (failure) throw failure;
    if (this.numbers.get(asked.number)?.active) {
      throw new AppError('conflict', 'NUMBER.TAKEN', 'This number is in use already.');
    }
    const { id, number, carrier_number_id, origin, outbound_only, telephony_account_connection: of } = asked;
    this.createdNumbers.push(number);
    const made = this.phoneNumber({
      ...{ id, number, carrier_number_id, origin, outbound_only, user_id: asked.user_id },
      telephony_account_connection: of === null ? null : this.connection(asked.user_id, of),
      ...(asked.inbound_agent === null && { inbound_agent: null }),
    });
    this.numbers.set(number, made);
    return made;
  }

  private deactivate(id: string): PhoneNumber {
    const before = this.givenUp.get(id);
    if (before) return before;
    const found = [...this.numbers.values()].find((number) => number.id === id);
    if (!found) throw new AppError('not_found', 'NUMBER.NOT_FOUND', 'Phone number not found');
    const inactive = { ...found, active: false };
    this.numbers.set(found.number, inactive);
    this.givenUp.set(id, inactive);
    return inactive;
  }

  private connection(userId: string, id: string): TwilioAccountConnection & { version: number } {
    const connection = this.connections.get(id);
    if (connection?.user_id === userId) return connection;
    throw new AppError('not_found', 'ACCOUNT_CONNECTION.NOT_FOUND', 'Account connection not found');
  }

  private sealed(id: string, token: string): string {
    const binding = { userId: this.userId, resource: 'account_connections', field: 'twilio_auth_token' };
    return this.secrets.seal(token, { ...binding, id });
  }
}
