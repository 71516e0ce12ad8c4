import type { CarrierCallStatus } from '../journal';
import type { HttpMethod } from './twiml';

export type CallDirection = 'inbound' | 'outbound-api' | 'outbound-dial';

/** A call as the carrier's books have it. */
export interface CallRecord {
  readonly sid: string;
  readonly accountSid: string;
  readonly direction: CallDirection;
  readonly from: string;
  readonly to: string;
  readonly parentCallSid: string | null;
  readonly phoneNumberSid: string | null;
  readonly createdMs: number;
  status: CarrierCallStatus;
  updatedMs: number;
  startMs: number | null;
  endMs: number | null;
}

/** A number that the account owns. */
export interface NumberRecord {
  readonly sid: string;
  readonly accountSid: string;
  readonly phoneNumber: string;
  readonly createdMs: number;
  updatedMs: number;
  friendlyName: string;
  voiceUrl: string;
  voiceMethod: HttpMethod;
  voiceFallbackUrl: string;
  voiceFallbackMethod: HttpMethod;
  statusCallback: string;
  statusCallbackMethod: HttpMethod;
  smsUrl: string;
  smsMethod: HttpMethod;
}

/** Statuses after which nothing more happens to a call. */
export const finalStatuses: readonly CarrierCallStatus[] = [
  'completed',
  'busy',
  'no-answer',
  'failed',
  'canceled',
];

/** How long an answered call lasted, in whole seconds, as Twilio bills it; 0 for one that was not answered. */
export function durationS(call: CallRecord, nowMs: number): number {
  return call.startMs === null ? 0 : Math.max(0, Math.round(((call.endMs ?? nowMs) - call.startMs) / 1000));
}

/** A time as Twilio writes it: RFC 2822 in UTC. */
export function rfc2822(timeMs: number): string {
  return new Date(timeMs).toUTCString().replace('GMT', '+0000');
}

/** `(415) 555-0142` for a North American number, any other as it is. */
export function formatNumber(number: string): string {
  const [, area, exchange, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number) ?? [];
  return area ? `(${area}) ${exchange}-${line}` : number;
}
