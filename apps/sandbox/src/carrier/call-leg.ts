import { join } from 'node:path';
import type { Clock } from '@parley/kernel';
import type { Faults } from '../faults';
import type { CarrierCallStatus, CarrierEntries, Journal } from '../journal';
import type { FrameScheduler } from './frame-scheduler';
import { Line } from './line';
import type { PersonOnLine } from './person';
import { durationS, finalStatuses, rfc2822 } from './records';
import type { CallRecord } from './records';
import { API_VERSION } from './resources';
import type { CallbackEvent, StatusCallbacks } from './status-callbacks';

export interface LegDeps {
  readonly clock: Clock;
  readonly journal: Journal<CarrierEntries>;
  readonly faults: Faults;
  readonly scheduler: FrameScheduler;
  /** Where recordings go; none are made without it. */
  readonly recordingsDir: string | undefined;
}

export interface LegOptions {
  readonly record: CallRecord;
  readonly callbacks: StatusCallbacks;
  /** Which call this is, for faults. */
  readonly index: number;
  /** The person hung up. */
  readonly onHangUp: () => void;
  /** The person pressed a key. */
  readonly onPress: (digit: string) => void;
}

/** Between taking a call and hearing the far exchange ring. */
const ROUTING_MS = 40;
/** A person who is made not to answer by a fault rings only so long, that nobody waits a minute for it. */
const FAULT_RING_MS = 1_000;

const sipCodes: Readonly<Partial<Record<CarrierCallStatus, string>>> = {
  completed: '200',
  busy: '486',
  'no-answer': '480',
  failed: '404',
  canceled: '487',
};

/** One leg: the record of a call, the line to its person, and the callbacks that tell how it goes. */
export class CallLeg {
  line: Line | undefined;

  constructor(
    private readonly deps: LegDeps,
    private readonly options: LegOptions,
  ) {}

  get record(): CallRecord {
    return this.options.record;
  }

  get sid(): string {
    return this.record.sid;
  }

  isOver(): boolean {
    return finalStatuses.includes(this.record.status);
  }

  /** The parameters that stand in every request about this leg. */
  params(): Record<string, string> {
    const { sid, accountSid, from, to, status, direction, parentCallSid } = this.record;
    const country = (number: string) => (number.startsWith('+1') ? 'US' : '');
    return {
      CallSid: sid,
      AccountSid: accountSid,
      From: from,
      To: to,
      Caller: from,
      Called: to,
      CallStatus: status,
      ApiVersion: API_VERSION,
      Direction: direction,
      FromCountry: country(from),
      ToCountry: country(to),
      CallerCountry: country(from),
      CalledCountry: country(to),
      ...(parentCallSid !== null && { ParentCallSid: parentCallSid }),
    };
  }

  /** Rings the person under the dialled number. Resolves with `in-progress`, or with the status that ended the leg. */
  async place(person: PersonOnLine | undefined, timeoutMs: number): Promise<CarrierCallStatus> {
    this.move('initiated', 'initiated');
    await this.wait(ROUTING_MS);
    if (this.isOver()) return this.record.status;
    const made = this.deps.faults.take('carrier', 'answer', this.options.index);
    if (made) this.deps.journal.write('fault', { fault: 'answer', callSid: this.sid, value: made.value });
    if (!person || made?.value === 'failed') return this.end('failed', 'carrier');
    this.move('ringing', 'ringing');
    if (made) {
      await this.wait(Math.min(timeoutMs, FAULT_RING_MS));
      return this.end(made.value === 'busy' ? 'busy' : 'no-answer', 'carrier');
    }
    const line = this.openLine(person, this.record.from);
    const outcome = await line.ring(timeoutMs);
    if (this.isOver()) return this.record.status;
    if (outcome !== 'answered') return this.end(outcome, 'carrier');
    this.pickUp();
    return 'in-progress';
  }

  /** Makes the line to a person who dials, or is about to be rung. */
  openLine(person: PersonOnLine, number: string): Line {
    const { recordingsDir } = this.deps;
    this.line = new Line(this.deps, {
      callSid: this.sid,
      number,
      person,
      onHangUp: this.options.onHangUp,
      onPress: this.options.onPress,
      ...(recordingsDir !== undefined && { recordingFile: join(recordingsDir, `${this.sid}.wav`) }),
    });
    return this.line;
  }

  /** The call is answered: from now on it is in progress. */
  pickUp(): void {
    if (this.record.startMs !== null || this.isOver()) return;
    this.record.startMs = this.deps.clock.nowMs();
    this.move('in-progress', 'answered');
    this.line?.connect();
  }

  move(status: CarrierCallStatus, event?: CallbackEvent): void {
    this.record.status = status;
    this.record.updatedMs = this.deps.clock.nowMs();
    this.deps.journal.write('call_status', { callSid: this.sid, status });
    if (event) this.options.callbacks.send(event, this.callbackParams());
  }

  /** Ends the leg, once; returns the final status. `silent`: no callback, as for a call that never left the queue. */
  end(
    status: CarrierCallStatus,
    endedBy: CarrierEntries['call_ended']['endedBy'],
    silent = false,
  ): CarrierCallStatus {
    if (this.isOver()) return this.record.status;
    const nowMs = this.deps.clock.nowMs();
    this.record.endMs = nowMs;
    this.move(status);
    this.line?.close();
    this.deps.journal.write('call_ended', {
      callSid: this.sid,
      status,
      durationMs: this.record.startMs === null ? 0 : nowMs - this.record.startMs,
      endedBy,
    });
    if (!silent) this.options.callbacks.send('completed', this.callbackParams());
    return status;
  }

  /** The callbacks that are under way are done. */
  drained(): Promise<void> {
    return this.options.callbacks.drained();
  }

  private callbackParams(): Record<string, string> {
    const seconds = durationS(this.record, this.deps.clock.nowMs());
    return {
      ...this.params(),
      CallbackSource: 'call-progress-events',
      Timestamp: rfc2822(this.deps.clock.nowMs()),
      ...(this.isOver() && {
        CallDuration: String(seconds),
        Duration: String(Math.ceil(seconds / 60)),
        SipResponseCode: sipCodes[this.record.status] ?? '200',
      }),
    };
  }

  private wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => void this.deps.clock.after(delayMs, resolve));
  }
}
