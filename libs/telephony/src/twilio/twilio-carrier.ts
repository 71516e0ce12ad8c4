import {
  BuyCarrierNumber,
  CarrierCall,
  CarrierNumber,
  CarrierNumberUrls,
  CarrierPort,
  isCarrierStatus,
  PlaceCarrierCall,
} from '@parley/calls';
import { AppError } from '@parley/kernel';
import { Twilio } from 'twilio';
import {
  AccountOwner,
  RequestKind,
  saysCallIsOver,
  saysNumberIsGone,
  saysUnknown,
  translateTwilioError,
} from './twilio-errors';
import { TwilioHttpClient } from './twilio-http-client';

export interface TwilioCarrierOptions {
  /** `AC…` */
  readonly accountSid: string;
  readonly authToken: string;
  /** Whose account it is: what a refused token means for the asker. The deployment's by default. */
  readonly owner?: AccountOwner;
  /** Where the account is reached; Twilio's own address by default. */
  readonly baseUrl?: string | undefined;
  /** The deadline of each request. 10,000 by default. */
  readonly timeoutMs?: number;
}

const statusEvents = ['initiated', 'ringing', 'answered', 'completed'];
const candidates = 5;

/** Calls and numbers through one Twilio account, by its REST API (2010-04-01). Repeats nothing by itself. */
export class TwilioCarrier implements CarrierPort {
  readonly provider = 'twilio';
  private readonly client: Twilio;
  private readonly owner: AccountOwner;

  constructor(options: TwilioCarrierOptions) {
    this.owner = options.owner ?? 'deployment';
    this.client = new Twilio(options.accountSid, options.authToken, {
      accountSid: options.accountSid,
      httpClient: new TwilioHttpClient(options.baseUrl, options.timeoutMs ?? 10_000),
      // The SDK would take an edge or a region from the process's environment.
      env: {},
    });
  }

  place(call: PlaceCarrierCall): Promise<CarrierCall> {
    return this.request('change', async () =>
      readCall(
        await this.client.calls.create({
          to: call.to,
          from: call.from,
          url: call.answerUrl,
          method: 'POST',
          statusCallback: call.statusUrl,
          statusCallbackMethod: 'POST',
          statusCallbackEvent: statusEvents,
          timeout: call.ringTimeoutS,
          timeLimit: call.timeLimitS,
        }),
      ),
    );
  }

  end(sid: string): Promise<CarrierCall | null> {
    return this.request('change', () =>
      // `completed` also ends a call that has not been answered.
      unlessOver(async () => readCall(await this.client.calls(sid).update({ status: 'completed' }))),
    );
  }

  fetch(sid: string): Promise<CarrierCall | null> {
    return this.request('read', () => unlessOver(async () => readCall(await this.client.calls(sid).fetch())));
  }

  async buyNumber(request: BuyCarrierNumber): Promise<CarrierNumber> {
    for (const number of await this.numbersForSale(request.areaCode)) {
      const bought = await this.request('change', () => this.buy(number, request));
      if (bought) return bought;
    }
    const where = request.areaCode ? ` in area ${request.areaCode}` : '';
    throw new AppError('not_found', 'CARRIER.NO_NUMBERS', `The carrier has no number for sale${where}.`);
  }

  findNumber(label: string): Promise<CarrierNumber | null> {
    return this.request('read', async () => {
      const [found] = await this.client.incomingPhoneNumbers.list({ friendlyName: label, limit: 1 });
      return found ? { number: found.phoneNumber, carrierId: found.sid } : null;
    });
  }

  ownNumber(number: string): Promise<CarrierNumber | null> {
    return this.request('read', async () => {
      const alike = await this.client.incomingPhoneNumbers.list({ phoneNumber: number, limit: candidates });
      // Twilio's filter takes a part of a number too.
      const found = alike.find(({ phoneNumber }) => phoneNumber === number);
      return found ? { number, carrierId: found.sid } : null;
    });
  }

  pointNumber(carrierId: string, urls: CarrierNumberUrls): Promise<void> {
    return this.request('change', async () => {
      await this.client.incomingPhoneNumbers(carrierId).update({
        voiceUrl: urls.voiceUrl,
        voiceMethod: 'POST',
        statusCallback: urls.statusUrl,
        statusCallbackMethod: 'POST',
        // A number that is pointed at an application or a trunk does not ask its own address.
        voiceApplicationSid: '',
        trunkSid: '',
      });
    });
  }

  async unpointNumber(carrierId: string, urls: CarrierNumberUrls): Promise<void> {
    const number = this.client.incomingPhoneNumbers(carrierId);
    const present = await this.request('read', () => unlessGone(() => number.fetch()));
    const ours = {
      ...(present?.voiceUrl === urls.voiceUrl && { voiceUrl: '' }),
      ...(present?.statusCallback === urls.statusUrl && { statusCallback: '' }),
    };
    if (Object.keys(ours).length === 0) return;
    await this.request('change', () => unlessGone(() => number.update(ours)));
  }

  async releaseNumber(carrierId: string): Promise<void> {
    await this.request('change', () =>
      unlessGone(() => this.client.incomingPhoneNumbers(carrierId).remove()),
    );
  }

  private numbersForSale(areaCode: string | null): Promise<string[]> {
    return this.request('read', async () => {
      const numbers = await this.client.availablePhoneNumbers('US').local.list({
        ...(areaCode !== null && { areaCode: Number(areaCode) }),
        voiceEnabled: true,
        limit: candidates,
      });
      return numbers.map((number) => number.phoneNumber);
    });
  }

  /** Null when the number was sold to someone else meanwhile. */
  private async buy(number: string, request: BuyCarrierNumber): Promise<CarrierNumber | null> {
    try {
      const bought = await this.client.incomingPhoneNumbers.create({
        phoneNumber: number,
        friendlyName: request.label,
        voiceUrl: request.voiceUrl,
        voiceMethod: 'POST',
        statusCallback: request.statusUrl,
        statusCallbackMethod: 'POST',
      });
      return { number: bought.phoneNumber, carrierId: bought.sid };
    } catch (error) {
      if (saysNumberIsGone(error)) return null;
      throw error;
    }
  }

  private async request<T>(kind: RequestKind, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw translateTwilioError(error, { kind, owner: this.owner });
    }
  }
}

async function unlessGone<T>(send: () => Promise<T>): Promise<T | null> {
  try {
    return await send();
  } catch (error) {
    if (saysUnknown(error)) return null;
    throw error;
  }
}

async function unlessOver<T>(send: () => Promise<T>): Promise<T | null> {
  try {
    return await send();
  } catch (error) {
    if (saysCallIsOver(error)) return null;
    throw error;
  }
}

/** Rejects an answer that does not have the shape of a call as one that never came. */
function readCall(call: { sid: unknown; status: unknown }): CarrierCall {
  if (typeof call.sid !== 'string' || !/^CA[0-9a-fA-F]{32}$/.test(call.sid)) {
    throw new TypeError('The answer holds no call.');
  }
  const status = typeof call.status === 'string' && isCarrierStatus(call.status) ? call.status : 'queued';
  return { sid: call.sid, status };
}
