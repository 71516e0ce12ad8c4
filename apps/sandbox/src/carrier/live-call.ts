import type { WebhookPurpose } from '../journal';
import type { Voice } from '../voice';
import { CallLeg } from './call-leg';
import type { LegDeps } from './call-leg';
import { bridge } from './line-audio';
import { MediaStream } from './media-stream';
import type { PersonOnLine, Subscribers } from './person';
import type { ProductClient } from './product-client';
import { durationS } from './records';
import type { CallDirection, CallRecord } from './records';
import { newSid } from './sids';
import { StatusCallbacks } from './status-callbacks';
import { parseTwiml, TwimlError } from './twiml';
import type { ActionUrl, DialNoun, StreamNoun } from './twiml';
import { runVerb } from './verbs';
import type { DialResult, NextDocument } from './verbs';

export interface CallDeps extends LegDeps {
  readonly client: ProductClient;
  readonly voice: Voice;
  readonly subscribers: Subscribers;
  readonly authToken: string;
  /** Writes a new call into the books. */
  register(call: {
    readonly direction: CallDirection;
    readonly from: string;
    readonly to: string;
    readonly parentCallSid: string | null;
  }): CallRecord;
}

export interface CallOptions {
  readonly record: CallRecord;
  readonly index: number;
  readonly statusCallback: ActionUrl | null;
  readonly statusCallbackEvents: readonly string[];
}

/** A call with its document: dials or arrives, runs what the product answers, ends. */
export class LiveCall {
  readonly leg: CallLeg;
  private document: AbortController | undefined;
  private stream: MediaStream | undefined;

  constructor(
    private readonly deps: CallDeps,
    private readonly options: CallOptions,
  ) {
    const { record, index, statusCallback, statusCallbackEvents } = options;
    this.leg = new CallLeg(deps, {
      record,
      index,
      callbacks: new StatusCallbacks(deps, statusCallback, statusCallbackEvents, index),
      onHangUp: () => this.personHungUp(),
      onPress: (digit) => this.stream?.pressKey(digit),
    });
  }

  /** Dials the number, and runs the document when it is answered. */
  async dialOut(timeoutMs: number, first: NextDocument): Promise<void> {
    const person = this.deps.subscribers.reach(this.leg.record.to);
    if (this.leg.isOver()) return;
    const status = await this.leg.place(person, timeoutMs);
    if (status === 'in-progress') await this.run(first);
  }

  /** Someone dialled a number of the account: asks the product what to do while it rings. */
  async arrive(person: PersonOnLine, first: NextDocument): Promise<void> {
    this.leg.move('ringing');
    this.leg.openLine(person, this.leg.record.to);
    await this.run(first);
  }

  /** Another document takes over from the one that runs. */
  redirect(next: NextDocument): void {
    void this.run(next);
  }

  /** Ends the call by REST. */
  hangUp(): void {
    this.close('completed', 'api');
  }

  /** Ends a call that was not answered yet; one that is in progress goes on. */
  cancel(): void {
    const { status } = this.leg.record;
    if (status === 'in-progress') return;
    // A call that never left the queue sends no callback.
    if (status === 'queued') this.leg.end('canceled', 'api', true);
    else this.close('canceled', 'api');
  }

  /** Ends the call because the carrier stops. */
  shutDown(): Promise<void> {
    this.close(this.leg.record.startMs === null ? 'failed' : 'completed', 'carrier');
    return this.leg.drained();
  }

  private personHungUp(): void {
    this.close(this.leg.record.startMs === null ? 'no-answer' : 'completed', 'person');
  }

  private close(
    status: 'completed' | 'busy' | 'failed' | 'canceled' | 'no-answer',
    by: 'person' | 'twiml' | 'api' | 'carrier',
  ): void {
    this.document?.abort();
    this.leg.end(status, by);
  }

  private async run(first: NextDocument): Promise<void> {
    this.document?.abort();
    const document = new AbortController();
    this.document = document;
    let next: NextDocument | undefined = first;
    try {
      while (next && !document.signal.aborted) next = await this.runDocument(next, document.signal);
    } catch (error) {
      if (document.signal.aborted) return;
      if (!(error instanceof TwimlError)) throw error;
      this.deps.journal.write('twiml_error', {
        callSid: this.leg.sid,
        error: error.code,
        reason: error.message,
      });
      this.close(this.leg.record.startMs === null ? 'failed' : 'completed', 'carrier');
      return;
    }
    if (!document.signal.aborted) this.close('completed', 'twiml');
  }

  /** Fetches and runs one document; gives the one that follows, undefined at the end. */
  private async runDocument(next: NextDocument, signal: AbortSignal): Promise<NextDocument | undefined> {
    const baseUrl = next.from === 'url' ? next.target.url : next.baseUrl;
    const text =
      next.from === 'text'
        ? next.twiml
        : await this.deps.client.requestTwiml(
            next.target,
            next.purpose,
            { ...this.leg.params(), ...next.extra },
            signal,
          );
    const { verbs, warnings } = parseTwiml(text);
    for (const reason of warnings)
      this.deps.journal.write('twiml_error', { callSid: this.leg.sid, error: 12200, reason });
    for (const verb of verbs) {
      if (signal.aborted) return undefined;
      const outcome = await runVerb(verb, {
        clock: this.deps.clock,
        journal: this.deps.journal,
        voice: this.deps.voice,
        leg: this.leg,
        baseUrl,
        signal,
        makeStream: (noun) => this.makeStream(noun),
        dial: (noun, dialSignal) => this.dial(noun, dialSignal),
      });
      if (outcome === 'next') continue;
      if ('from' in outcome) return outcome;
      if (!isAborted(signal)) this.close(outcome.end, 'twiml');
      return undefined;
    }
    return undefined;
  }

  private makeStream(noun: StreamNoun): MediaStream {
    this.stream = new MediaStream(this.deps, {
      url: noun.url,
      accountSid: this.leg.record.accountSid,
      callSid: this.leg.sid,
      streamSid: newSid('MZ'),
      parameters: noun.parameters,
      callIndex: this.options.index,
    });
    return this.stream;
  }

  /** Rings another number and joins it with this call until one of the two hangs up. */
  private async dial(noun: DialNoun, signal: AbortSignal): Promise<DialResult> {
    const { record } = this.leg;
    const callerId = noun.callerId ?? (record.direction === 'inbound' ? record.from : record.to);
    const child = this.deps.register({
      direction: 'outbound-dial',
      from: callerId,
      to: noun.to,
      parentCallSid: record.sid,
    });
    this.deps.journal.write('leg_dialled', {
      callSid: record.sid,
      legCallSid: child.sid,
      to: noun.to,
      callerId,
    });
    let hungUp: () => void = () => undefined;
    const childHungUp = new Promise<void>((resolve) => (hungUp = resolve));
    const { statusCallback, statusCallbackEvents } = noun;
    const leg = new CallLeg(this.deps, {
      record: child,
      index: this.options.index,
      callbacks: new StatusCallbacks(this.deps, statusCallback, statusCallbackEvents, this.options.index),
      onHangUp: () => hungUp(),
      onPress: () => undefined,
    });
    const parentGone = () => {
      leg.end(leg.record.startMs === null ? 'canceled' : 'completed', 'carrier');
      hungUp();
    };
    signal.addEventListener('abort', parentGone);
    const status = await leg.place(this.deps.subscribers.reach(noun.to), noun.timeoutS * 1000);
    const bridged = status === 'in-progress' && !signal.aborted;
    if (bridged && this.leg.line && leg.line) {
      const separate = bridge(this.leg.line, leg.line);
      await childHungUp;
      separate();
      leg.end('completed', 'person');
    }
    signal.removeEventListener('abort', parentGone);
    const result = {
      status: leg.record.status,
      callSid: child.sid,
      durationS: durationS(child, this.deps.clock.nowMs()),
      bridged,
    };
    this.deps.journal.write('leg_ended', {
      callSid: record.sid,
      legCallSid: child.sid,
      status: leg.record.status,
      durationS: result.durationS,
      bridged,
    });
    return result;
  }
}

/** Asked anew after every wait; the compiler would take the answer before it for lasting. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** A document to be fetched. */
export function documentAt(target: ActionUrl, purpose: WebhookPurpose): NextDocument {
  return { from: 'url', target, purpose, extra: {} };
}
