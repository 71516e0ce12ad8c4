import type { Clock } from '@parley/kernel';
import type { Faults } from '../faults';
import type { CarrierEntries, Journal } from '../journal';
import type { Voice } from '../voice';
import { FrameScheduler } from './frame-scheduler';
import { several, single } from './form';
import { documentAt, LiveCall } from './live-call';
import type { CallDeps } from './live-call';
import { isDiallable, NumberBook } from './numbers';
import type { PersonOnLine, Subscribers } from './person';
import { ProductClient } from './product-client';
import { finalStatuses } from './records';
import type { CallDirection, CallRecord } from './records';
import { badRequest, notFound } from './rest-error';
import { newSid } from './sids';
import type { FormParams } from './signature';
import { callbackEvents } from './status-callbacks';
import type { ActionUrl, HttpMethod } from './twiml';
import type { NextDocument } from './verbs';

export interface CarrierOptions {
  readonly clock: Clock;
  readonly journal: Journal<CarrierEntries>;
  readonly faults: Faults;
  readonly voice: Voice;
  readonly subscribers: Subscribers;
  readonly accountSid: string;
  readonly authToken: string;
  /** Where stereo WAVs go; none are made without it. */
  readonly recordingsDir?: string;
  /** Numbers that the account owns from the beginning. */
  readonly ownedNumbers?: readonly string[];
  /** Whether any account owns this number. */
  readonly isTaken?: (phoneNumber: string) => boolean;
  /** How late a beat of the audio may come, as on a real network. */
  readonly jitterMs?: number;
}

/** Finished calls beyond this many are forgotten, the oldest first. */
const MAX_REMEMBERED_CALLS = 5_000;
const MAX_TIMEOUT_S = 600;
const MAX_TWIML_CHARS = 4_000;

/** The carrier: its books, its numbers, its live calls. */
export class Carrier {
  readonly numbers: NumberBook;
  private readonly records = new Map<string, CallRecord>();
  private readonly live = new Map<string, LiveCall>();
  private readonly scheduler: FrameScheduler;
  private readonly deps: CallDeps;

  constructor(private readonly options: CarrierOptions) {
    const { clock, journal, faults, voice, subscribers, accountSid, authToken } = options;
    this.numbers = new NumberBook(clock, accountSid, options.isTaken);
    for (const number of options.ownedNumbers ?? []) this.numbers.add(number);
    this.scheduler = new FrameScheduler(clock, { jitterMs: options.jitterMs ?? 0, random: Math.random });
    this.deps = {
      clock,
      journal,
      faults,
      voice,
      subscribers,
      authToken,
      scheduler: this.scheduler,
      recordingsDir: options.recordingsDir,
      client: new ProductClient(clock, journal, authToken),
      register: (call) => this.register(call),
    };
  }

  get accountSid(): string {
    return this.options.accountSid;
  }

  /** All calls, newest first. */
  calls(): readonly CallRecord[] {
    return [...this.records.values()].reverse();
  }

  /** @throws RestError 20404 */
  call(sid: string, path: string): CallRecord {
    const record = this.records.get(sid);
    if (!record) throw notFound(path);
    return record;
  }

  /** Takes an order to dial; the dialling begins when the order was answered. @throws RestError */
  create(params: FormParams): CallRecord {
    const to = single(params, 'To');
    const from = single(params, 'From');
    if (to === undefined) throw badRequest(21201, "No 'To' number is specified");
    if (from === undefined) throw badRequest(21213, "No 'From' number is specified");
    const first = firstDocument(params, 'answer');
    if (!first) throw badRequest(21205, 'Url parameter is required.');
    this.checkNumbers(to, from);
    const timeoutS = Number(single(params, 'Timeout') ?? '60');
    if (!Number.isInteger(timeoutS) || timeoutS < 1 || timeoutS > MAX_TIMEOUT_S)
      throw badRequest(20001, `Timeout must be a whole number from 1 to ${MAX_TIMEOUT_S}.`);
    const statusCallback = callbackOf(params);
    const events = several(params, 'StatusCallbackEvent').flatMap((text) => text.split(/[\s,]+/));
    const unknown = events.find((event) => !callbackEvents.some((known) => known === event));
    if (unknown !== undefined) throw badRequest(21626, `StatusCallbackEvent ${unknown} is not valid.`);

    const record = this.register({ direction: 'outbound-api', from, to, parentCallSid: null });
    const call = this.begin(record, statusCallback, events.length > 0 ? events : ['completed']);
    // The answer to the order goes first: a call that rings before it exists for its maker is a race of its own.
    this.options.clock.after(0, () => this.follow(call, call.dialOut(timeoutS * 1000, first)));
    return record;
  }

  /**
   * A person dials a number of the account. @throws RestError 21404 when the number has no owner or leads nowhere
   */
  dialIn(from: string, to: string, person: PersonOnLine): CallRecord {
    const number = this.numbers.byNumber(to);
    if (!number) throw badRequest(21404, `${to} is not a number of this account.`);
    if (!number.voiceUrl) throw badRequest(21404, `${to} has no voice URL.`);
    const record = this.register({ direction: 'inbound', from, to, parentCallSid: null });
    const callback = number.statusCallback
      ? { url: number.statusCallback, method: number.statusCallbackMethod }
      : null;
    const call = this.begin(record, callback, ['completed']);
    const first = documentAt({ url: number.voiceUrl, method: number.voiceMethod }, 'inbound');
    this.follow(call, call.arrive(person, first));
    return record;
  }

  /** Changes a live call. @throws RestError 20404, 21220 when it is not in progress */
  update(sid: string, params: FormParams, path: string): CallRecord {
    const record = this.call(sid, path);
    const call = this.live.get(sid);
    const status = single(params, 'Status');
    if (!call || finalStatuses.includes(record.status))
      throw badRequest(21220, 'Call is not in-progress. Cannot redirect.');
    if (status === 'completed') call.hangUp();
    else if (status === 'canceled') call.cancel();
    else if (status !== undefined) throw badRequest(20001, `Status ${status} is not valid.`);
    else this.redirect(call, params);
    return record;
  }

  /** Forgets a call that is over. @throws RestError 20404, 20009 */
  forget(sid: string, path: string): void {
    const record = this.call(sid, path);
    if (!finalStatuses.includes(record.status))
      throw badRequest(20009, 'Cannot delete this resource before it is complete.');
    this.records.delete(sid);
  }

  /** Ends every call, and waits for its callbacks. */
  async close(): Promise<void> {
    await Promise.all([...this.live.values()].map((call) => call.shutDown()));
    this.scheduler.close();
  }

  private redirect(call: LiveCall, params: FormParams): void {
    const next = firstDocument(params, 'redirect');
    if (!next) return;
    if (call.leg.record.status !== 'in-progress')
      throw badRequest(21220, 'Call is not in-progress. Cannot redirect.');
    call.redirect(next);
  }

  private checkNumbers(to: string, from: string): void {
    if (!isDiallable(from))
      throw badRequest(21212, `The source phone number provided, ${from}, is not valid.`);
    if (!isDiallable(to))
      throw badRequest(21211, `The phone number you are attempting to call, ${to}, is not valid.`);
    if (!this.numbers.byNumber(from))
      throw badRequest(
        21210,
        `The source phone number provided, ${from}, is not yet verified for your account.`,
      );
  }

  private begin(record: CallRecord, statusCallback: ActionUrl | null, events: readonly string[]): LiveCall {
    const call = new LiveCall(this.deps, {
      record,
      index: this.options.faults.nextIndex('carrier'),
      statusCallback,
      statusCallbackEvents: events,
    });
    this.live.set(record.sid, call);
    return call;
  }

  /** Keeps a call among the live ones until its document is over. */
  private follow(call: LiveCall, life: Promise<void>): void {
    void life
      .catch((error: unknown) => {
        this.options.journal.write('twiml_error', {
          callSid: call.leg.sid,
          error: 11000,
          reason: String(error),
        });
        call.hangUp();
      })
      .then(() => this.live.delete(call.leg.sid));
  }

  private register(call: {
    readonly direction: CallDirection;
    readonly from: string;
    readonly to: string;
    readonly parentCallSid: string | null;
  }): CallRecord {
    const nowMs = this.options.clock.nowMs();
    const ours = call.direction === 'inbound' ? call.to : call.from;
    const record: CallRecord = {
      sid: newSid('CA'),
      accountSid: this.options.accountSid,
      ...call,
      phoneNumberSid: this.numbers.byNumber(ours)?.sid ?? null,
      createdMs: nowMs,
      status: 'queued',
      updatedMs: nowMs,
      startMs: null,
      endMs: null,
    };
    this.records.set(record.sid, record);
    this.options.journal.write('call_created', { callSid: record.sid, ...call });
    this.trim();
    return record;
  }

  private trim(): void {
    if (this.records.size <= MAX_REMEMBERED_CALLS) return;
    for (const [sid, record] of this.records) {
      if (this.records.size <= MAX_REMEMBERED_CALLS) return;
      if (finalStatuses.includes(record.status)) this.records.delete(sid);
    }
  }
}

/** The document that parameters name; a `Url` counts before a `Twiml`. @throws RestError 21205 */
function firstDocument(params: FormParams, purpose: 'answer' | 'redirect'): NextDocument | undefined {
  const url = single(params, 'Url');
  const twiml = single(params, 'Twiml');
  if (url !== undefined) {
    if (!isHttpUrl(url)) throw badRequest(21205, `Url is not a valid URL: ${url}`);
    return documentAt({ url, method: methodOf(params, 'Method') }, purpose);
  }
  if (twiml === undefined) return undefined;
  if (twiml.length > MAX_TWIML_CHARS)
    throw badRequest(20001, `Twiml must not be longer than ${MAX_TWIML_CHARS} characters.`);
  return { from: 'text', twiml, baseUrl: '' };
}

/** @throws RestError 21609 */
function callbackOf(params: FormParams): ActionUrl | null {
  const url = single(params, 'StatusCallback');
  if (url === undefined) return null;
  if (!isHttpUrl(url)) throw badRequest(21609, `StatusCallback is not a valid URL: ${url}`);
  return { url, method: methodOf(params, 'StatusCallbackMethod') };
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

function methodOf(params: FormParams, name: string): HttpMethod {
  return single(params, name)?.toUpperCase() === 'GET' ? 'GET' : 'POST';
}
