import type { Clock } from '@parley/kernel';
import { several, single } from './form';
import { badRequest, notFound } from './rest-error';
import type { NumberRecord } from './records';
import { newSid } from './sids';
import type { FormParams } from './signature';
import type { HttpMethod } from './twiml';

const e164 = /^\+[1-9]\d{6,14}$/;
/** Countries that sell numbers here, with a stem that the last digits are counted up on. */
const stock: Readonly<Record<string, string>> = { US: '+1628555', CA: '+1416555', GB: '+4420794600' };

/**
 * The number that documented requests use for everything (`11234567890`). No area has the code 123, so nobody can have
 * it; here it is on sale, so that those requests can be tried as they stand.
 */
const DOCUMENTED_NUMBER = '+11234567890';

/** True for a number that can be dialled: E.164, and in North America ten digits that make sense. */
export function isDiallable(number: string): boolean {
  return e164.test(number) && (!number.startsWith('+1') || /^\+1[2-9]\d{2}[2-9]\d{6}$/.test(number));
}

/** The numbers of the account, and those it can buy. */
export class NumberBook {
  private readonly owned = new Map<string, NumberRecord>();

  constructor(
    private readonly clock: Clock,
    private readonly accountSid: string,
    private readonly isTaken = (phoneNumber: string) => this.byNumber(phoneNumber) !== undefined,
  ) {}

  /** Owned numbers, newest first. */
  list(phoneNumber: string | undefined, friendlyName: string | undefined): readonly NumberRecord[] {
    return [...this.owned.values()]
      .reverse()
      .filter((number) => phoneNumber === undefined || matches(number.phoneNumber, phoneNumber))
      .filter((number) => friendlyName === undefined || number.friendlyName === friendlyName);
  }

  byNumber(phoneNumber: string): NumberRecord | undefined {
    for (const number of this.owned.values()) if (number.phoneNumber === phoneNumber) return number;
    return undefined;
  }

  /** @throws RestError 20404 */
  bySid(sid: string, path: string): NumberRecord {
    const number = this.owned.get(sid);
    if (!number) throw notFound(path);
    return number;
  }

  /** Numbers on sale: those of the country's stock that nobody owns. @throws RestError 20404 for another country */
  available(country: string, areaCode: string | undefined, count: number, path: string): readonly string[] {
    const stem = stock[country];
    if (!stem) throw notFound(path);
    if (areaCode === DOCUMENTED_NUMBER.slice(2, 5) && country === 'US')
      return this.isTaken(DOCUMENTED_NUMBER) ? [] : [DOCUMENTED_NUMBER].slice(0, count);
    if (areaCode !== undefined && (!/^[2-9]\d{2}$/.test(areaCode) || country === 'GB')) return [];
    const prefix = areaCode === undefined ? stem : `+1${areaCode}555`;
    const found: string[] = [];
    for (let line = 100; line < 1000 && found.length < count; line++) {
      const number = country === 'GB' ? `${prefix}${String(line).slice(-2)}` : `${prefix}${2000 + line}`;
      if (!this.isTaken(number)) found.push(number);
    }
    return found;
  }

  /** Buys a number. @throws RestError 21421, 21422, 21452 */
  buy(params: FormParams): NumberRecord {
    const phoneNumber = single(params, 'PhoneNumber') ?? this.firstOf(single(params, 'AreaCode'));
    if (phoneNumber !== DOCUMENTED_NUMBER && !isDiallable(phoneNumber))
      throw badRequest(21421, `${phoneNumber} is not a valid phone number.`);
    if (this.isTaken(phoneNumber)) throw badRequest(21422, `${phoneNumber} is not available.`);
    return this.add(phoneNumber, params);
  }

  /** Gives the account a number without buying it. */
  add(phoneNumber: string, params: FormParams = {}): NumberRecord {
    const nowMs = this.clock.nowMs();
    const number: NumberRecord = {
      sid: newSid('PN'),
      accountSid: this.accountSid,
      phoneNumber,
      createdMs: nowMs,
      updatedMs: nowMs,
      friendlyName: phoneNumber,
      voiceUrl: '',
      voiceMethod: 'POST',
      voiceFallbackUrl: '',
      voiceFallbackMethod: 'POST',
      statusCallback: '',
      statusCallbackMethod: 'POST',
      smsUrl: '',
      smsMethod: 'POST',
    };
    this.owned.set(number.sid, number);
    return this.change(number, params);
  }

  /** Changes what `params` name. @throws RestError 21502 for a URL that is none */
  change(number: NumberRecord, params: FormParams): NumberRecord {
    number.voiceUrl = urlOr(params, 'VoiceUrl', number.voiceUrl);
    number.voiceFallbackUrl = urlOr(params, 'VoiceFallbackUrl', number.voiceFallbackUrl);
    number.statusCallback = urlOr(params, 'StatusCallback', number.statusCallback);
    number.smsUrl = urlOr(params, 'SmsUrl', number.smsUrl);
    number.voiceMethod = methodOr(params, 'VoiceMethod', number.voiceMethod);
    number.voiceFallbackMethod = methodOr(params, 'VoiceFallbackMethod', number.voiceFallbackMethod);
    number.statusCallbackMethod = methodOr(params, 'StatusCallbackMethod', number.statusCallbackMethod);
    number.smsMethod = methodOr(params, 'SmsMethod', number.smsMethod);
    number.friendlyName = single(params, 'FriendlyName') ?? number.friendlyName;
    number.updatedMs = this.clock.nowMs();
    return number;
  }

  /** @throws RestError 20404 */
  release(sid: string, path: string): void {
    this.bySid(sid, path);
    this.owned.delete(sid);
  }

  private firstOf(areaCode: string | undefined): string {
    if (areaCode === undefined) throw badRequest(21421, 'PhoneNumber or AreaCode is required.');
    const [first] = this.available('US', areaCode, 1, '');
    if (!first) throw badRequest(21452, `No phone numbers found in area code ${areaCode}.`);
    return first;
  }
}

/** Twilio's patterns: `*` stands for any digits. */
function matches(number: string, pattern: string): boolean {
  const source = pattern
    .replace(/[^\d*+]/g, '')
    .replace(/\+/g, '\\+')
    .replace(/\*/g, '\\d*');
  return new RegExp(`${source}$`).test(number);
}

function urlOr(params: FormParams, name: string, before: string): string {
  const [url] = several(params, name);
  if (url === undefined) return before;
  if (url !== '' && !URL.canParse(url)) throw badRequest(21502, `${name} is not a valid URL: ${url}`);
  return url;
}

function methodOr(params: FormParams, name: string, before: HttpMethod): HttpMethod {
  const method = single(params, name)?.toUpperCase();
  if (method === undefined) return before;
  if (method !== 'GET' && method !== 'POST') throw badRequest(20001, `${name} must be GET or POST.`);
  return method;
}
