import type { Clock } from '@parley/kernel';
import type { Faults } from '../faults';
import type { CarrierEntries, Journal } from '../journal';
import type { ProductClient } from './product-client';
import type { ActionUrl } from './twiml';

/** The events that can be asked for. */
export const callbackEvents = ['initiated', 'ringing', 'answered', 'completed'] as const;
export type CallbackEvent = (typeof callbackEvents)[number];

export interface CallbackDeps {
  readonly clock: Clock;
  readonly journal: Journal<CarrierEntries>;
  readonly faults: Faults;
  readonly client: ProductClient;
}

/** How long a callback is held back when it is to change places with the next and no next one comes. */
const REORDER_HOLD_MS = 1_000;

type Params = Readonly<Record<string, string>>;

/**
 * The status callbacks of one call: a request for each event that was asked for, numbered from 0, each sent on its own
 * and without waiting for the one before. Faults may lose, double, delay or reorder them.
 */
export class StatusCallbacks {
  private sequence = 0;
  private held: (() => void) | undefined;
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly deps: CallbackDeps,
    private readonly target: ActionUrl | null,
    private readonly events: readonly string[],
    private readonly callIndex: number,
  ) {}

  /** Sends the callback of an event, if it was asked for. `params`: the call as it stands now. */
  send(event: CallbackEvent, params: Params): void {
    const { target } = this;
    if (!target || !this.events.includes(event)) return;
    const sequenceNumber = this.sequence++;
    const callSid = params['CallSid'] ?? '';
    const callStatus = params['CallStatus'] as CarrierEntries['status_callback']['callStatus'];
    const { faults, journal, clock } = this.deps;
    if (faults.take('carrier', 'loseCallbacks', this.callIndex)) {
      journal.write('status_callback_lost', { callSid, event, sequenceNumber, callStatus });
      return;
    }
    const deliver = () => {
      const full = { ...params, SequenceNumber: String(sequenceNumber) };
      const delivery = this.deps.client.notify(target, full, (attempt, status) =>
        journal.write('status_callback', {
          callSid,
          url: target.url,
          event,
          sequenceNumber,
          callStatus,
          attempt,
          status,
        }),
      );
      this.running.add(delivery);
      void delivery.finally(() => this.running.delete(delivery));
    };
    const delay = faults.take('carrier', 'delayCallbacksMs', this.callIndex);
    const copies = faults.take('carrier', 'duplicateCallbacks', this.callIndex) ? 2 : 1;
    const send = () => {
      for (let copy = 0; copy < copies; copy++)
        if (delay) clock.after(delay.number(1_000), deliver);
        else deliver();
    };
    if (faults.take('carrier', 'reorderCallbacks', this.callIndex)) this.hold(send);
    else {
      send();
      this.release();
    }
  }

  /** Resolves when nothing is under way. */
  async drained(): Promise<void> {
    this.release();
    await Promise.all(this.running);
  }

  private hold(send: () => void): void {
    this.release();
    this.held = send;
    this.deps.clock.after(REORDER_HOLD_MS, () => this.release());
  }

  private release(): void {
    const held = this.held;
    this.held = undefined;
    held?.();
  }
}
