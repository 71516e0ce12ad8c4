import type { CancelTimer, Clock } from '@parley/kernel';
import type { Logger } from '@parley/messaging';
import { pruneCommands } from '@parley/persistence';
import type { DataSource } from 'typeorm';
import { CallChanges } from '../calls/call-changes';
import { CarrierActions } from '../carrier/carrier-actions';

export interface SettlerOptions {
  readonly database: DataSource;
  readonly changes: CallChanges;
  readonly actions: CarrierActions;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between two looks. 500 by default. */
  readonly everyMs?: number;
}

/** A claimed call that was not settled, because its process died, is looked at again after this. */
const leaseMs = 20_000;
const batch = 16;
const housekeepingMs = 10 * 60_000;
/** For as long as this a repeat of a command gets the first one's answer. */
const keepCommandsMs = 24 * 3_600_000;
const keepCallbacksMs = 30 * 24 * 3_600_000;
const helping = 5_000;

/**
 * Looks after the calls whose time has come: ends those whose last report was lost, closes holes in their facts, asks
 * the carrier about silent ones. Any number of processes share the work.
 */
export class Settler {
  private readonly aborter = new AbortController();
  private running: Promise<void> | undefined;
  private cancelRest: CancelTimer | undefined;
  private endRest: (() => void) | undefined;
  private cleanedAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: SettlerOptions) {}

  start(): void {
    this.running ??= this.run(this.aborter.signal);
  }

  /** Finishes the calls in hand. */
  async close(): Promise<void> {
    this.aborter.abort();
    this.endRest?.();
    await this.running;
  }

  private async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let claimed = 0;
      try {
        claimed = await this.round();
        await this.clean();
      } catch (error) {
        this.options.logger.warn({ err: error }, 'settling failed; trying again');
      }
      if (claimed < batch) await this.rest(signal);
    }
  }

  private async round(): Promise<number> {
    const due = await this.claim();
    await Promise.all(due.map((call) => this.settle(call)));
    return due.length;
  }

  private async claim(): Promise<{ user_id: string; id: string }[]> {
    const nowMs = this.options.clock.nowMs();
    const [rows] = await this.options.database.query<[{ user_id: string; id: string }[], number]>(
      `UPDATE calls SET check_at = $2 WHERE (user_id, id) IN (
         SELECT user_id, id FROM calls WHERE check_at <= $1 ORDER BY check_at LIMIT $3 FOR UPDATE SKIP LOCKED)
       RETURNING user_id, id`,
      [new Date(nowMs), new Date(nowMs + leaseMs), batch],
    );
    return rows;
  }

  private async settle({ user_id: userId, id: callId }: { user_id: string; id: string }): Promise<void> {
    const { changes, actions, logger } = this.options;
    try {
      const { followUps } = await changes.change(userId, callId, (call) => call.advance({ type: 'tick' }));
      // A carrier that does not answer must not hold up the calls that need none.
      actions.begin(userId, callId, followUps);
    } catch (error) {
      logger.warn({ err: error, callId }, 'call could not be settled; trying again');
    }
  }

  private async clean(): Promise<void> {
    const { database, clock } = this.options;
    if (clock.monotonicMs() - this.cleanedAtMs < housekeepingMs) return;
    this.cleanedAtMs = clock.monotonicMs();
    // In helpings, so that no statement runs long, but all of it: what comes in must go out.
    while ((await pruneCommands(database.manager, keepCommandsMs, helping)) === helping);
    while ((await this.pruneCallbacks()) === helping);
    await database.query('DELETE FROM media_nonces WHERE expires_at < $1', [
      new Date(clock.nowMs() - leaseMs),
    ]);
  }

  /** The carrier's requests are kept, as they came, for whoever has to find out what happened. */
  private async pruneCallbacks(): Promise<number> {
    const { database, clock } = this.options;
    const [, count] = await database.query<[unknown, number]>(
      `DELETE FROM carrier_callbacks WHERE (user_id, id) IN (
         SELECT user_id, id FROM carrier_callbacks WHERE received_at < $1 ORDER BY received_at LIMIT $2)`,
      [new Date(clock.nowMs() - keepCallbacksMs), helping],
    );
    return count;
  }

  private rest(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.endRest = () => {
        this.cancelRest?.();
        resolve();
      };
      this.cancelRest = this.options.clock.after(this.options.everyMs ?? 500, resolve);
    });
  }
}
