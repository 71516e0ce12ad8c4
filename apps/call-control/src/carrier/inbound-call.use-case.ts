import { CallTimings, isCarrierStatus, parsePossibleNumber } from '@parley/calls';
import { CarrierWebhook, PhoneNumber, resolveInbound } from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import type { AskClient, Logger } from '@parley/messaging';
import { hangup, reject } from '@parley/telephony';
import type { DataSource } from 'typeorm';
import { adoptSid, CallChanges, callerLeg, callOfSid } from '../calls/call-changes';
import type { CallBackground } from '../calls/call-background';
import { insertCall } from '../calls/new-call';
import { MonthlyMinutes } from '../usage/monthly-minutes';
import { GreetingAhead } from '../placing/greeting-ahead';
import { CarrierAccounts } from '../carrier-accounts/carrier-accounts';
import { sidOf } from './carrier-sid';
import { MediaInvitations } from './media-invitations';

/** What carriers put in place of a caller who withholds the number: ANONYMOUS on a telephone's keys. */
const withheldNumber = '+266696687';

type Params = Readonly<Record<string, string>>;
type Account = CarrierWebhook['account'];

/** Someone calls a number of ours: the number's agent takes the call, or it is turned away unanswered. */
export class InboundCallUseCase {
  constructor(
    private readonly parts: {
      database: DataSource;
      changes: CallChanges;
      invitations: MediaInvitations;
      background: CallBackground;
      greetings: GreetingAhead;
      asks: AskClient;
      accounts: CarrierAccounts;
      rules: CallTimings;
      minutes: MonthlyMinutes;
      logger: Logger;
    },
  ) {}

  /**
   * The document to answer with. The same call asked about again gets the same call, with a fresh token. `account`: whose
   * token signed the request; only that account's numbers are called through it.
   */
  async execute(params: Params, account: Account): Promise<string> {
    const sid = sidOf(params, 'CallSid');
    if (!sid) return reject();
    const known = await this.known(sid);
    if (known) {
      if (account !== null && known.userId !== account.user_id) return reject();
      return this.connect(known.userId, known.callId, sid, params);
    }
    const number = await this.owner(params['To'] ?? '');
    if (!number?.inbound_agent || !number.active || number.outbound_only) return reject();
    if (!isOfAccount(number, account)) return reject();
    if (!(await this.mayTalk(number.user_id))) return reject();
    const callId = await this.create(number, number.inbound_agent, sid, params);
    return this.connect(number.user_id, callId, sid, params);
  }

  private async mayTalk(userId: string): Promise<boolean> {
    try {
      await this.parts.minutes.requireSome(userId);
      return true;
    } catch (error) {
      if (!AppError.is(error) || error.code !== 'USAGE.LIMIT_REACHED') throw error;
      this.parts.logger.info({ userId }, 'inbound call turned away: the minutes of the month are used up');
      return false;
    }
  }

  private known(sid: string): Promise<{ userId: string; callId: string } | undefined> {
    return callOfSid(this.parts.changes.manager, this.parts.accounts.provider, sid);
  }

  private async owner(to: string): Promise<PhoneNumber | undefined> {
    const number = readNumber(to);
    if (number === undefined) return undefined;
    try {
      return await this.parts.asks.ask(resolveInbound, { number });
    } catch (error) {
      if (AppError.is(error) && error.kind === 'not_found') return undefined;
      throw error;
    }
  }

  private async create(
    number: PhoneNumber,
    agent: NonNullable<PhoneNumber['inbound_agent']>,
    sid: string,
    params: Params,
  ): Promise<string> {
    const { changes, accounts, rules } = this.parts;
    const callId = newId();
    const from = readNumber(params['From'] ?? '');
    // Before anything is stored or answered: the first words may need it.
    const { context, documents, problems } = await this.parts.background.of({
      userId: number.user_id,
      callId,
      agent,
      caller: from === withheldNumber ? null : (from ?? null),
    });
    this.parts.greetings.tell({ agent, context, hipaaCompliant: false });
    const call = {
      userId: number.user_id,
      callId,
      direction: 'inbound' as const,
      fromNumber: from ?? withheldNumber,
      toNumber: number.number,
      agent,
      connectionId: number.telephony_account_connection?.id ?? null,
      options: {
        onNoHumanAnswer: null,
        runDoNotCallDetection: null,
        hipaaCompliant: false,
        context,
        telephonyParams: null,
        ...documents,
      },
      provider: accounts.provider,
    };
    try {
      await changes.change(
        number.user_id,
        callId,
        async (locked) => {
          const leg = await callerLeg(locked.manager, number.user_id, callId);
          if (!(await adoptSid(locked, leg, { sid }))) throw takenUp();
          for (const problem of problems) await locked.noteProblem(problem);
        },
        { create: (manager) => insertCall(manager, call, rules, changes.now()) },
      );
      return callId;
    } catch (error) {
      // The carrier asked twice at once: the other answer's call is the one.
      const known = AppError.is(error) && error.code === 'CALL.TAKEN_UP' ? await this.known(sid) : undefined;
      if (known?.userId === number.user_id) return known.callId;
      throw error;
    }
  }

  private async connect(userId: string, callId: string, sid: string, params: Params): Promise<string> {
    const { result } = await this.parts.changes.change(userId, callId, async (call) => {
      const leg = await callerLeg(call.manager, userId, callId);
      const status = params['CallStatus'] ?? '';
      await adoptSid(call, leg, { sid });
      if (isCarrierStatus(status)) await call.advance({ type: 'carrier_status', status });
      const { endedAtMs, carrierEndedAtMs, endRequestedAtMs } = call.life;
      const isOver = [endedAtMs, carrierEndedAtMs, endRequestedAtMs].some((sign) => sign !== null);
      return isOver ? hangup() : this.parts.invitations.connect(call, leg.id);
    });
    this.parts.logger.info({ callId, userId }, 'inbound call');
    return result;
  }
}

function takenUp(): AppError {
  return new AppError('conflict', 'CALL.TAKEN_UP', 'The call is being taken up already.');
}

function isOfAccount(number: PhoneNumber, account: Account): boolean {
  const connection = number.telephony_account_connection;
  if (account === null) return connection === null;
  return connection?.id === account.connection_id && number.user_id === account.user_id;
}

function readNumber(text: string): string | undefined {
  try {
    return parsePossibleNumber(text);
  } catch {
    return undefined;
  }
}
