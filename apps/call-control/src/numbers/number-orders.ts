import type { CarrierNumber } from '@parley/calls';
import { AppError, CancelTimer, Clock, ErrorKind, newId } from '@parley/kernel';
import type { DataSource } from 'typeorm';
import { untilFree } from '../commands/until-free';

export interface NewOrder {
  readonly userId: string;
  readonly commandId: string;
  readonly kind: 'buy' | 'link' | 'pool';
  /** Of what was asked for; null when the command's id alone counts. */
  readonly fingerprint: string | null;
  /** What the number is to be called here. */
  readonly numberId: string;
  readonly connectionId: string | null;
  readonly areaCode: string | null;
  readonly outboundOnly: boolean;
}

/** An order as far as it has got. */
export interface NumberOrder extends NewOrder {
  readonly agentId: string | null;
  /** The number at the carrier, once it is the account's. */
  readonly number: CarrierNumber | null;
  /** How often it was taken up: past the first time, the carrier may have done what nobody noted. */
  readonly attempts: number;
  /** By which process, and which time, it is worked on; null when by none. */
  readonly claimId: string | null;
  readonly isDone: boolean;
}

interface OrderRow {
  user_id: string;
  command_id: string;
  kind: NewOrder['kind'];
  fingerprint: string | null;
  number_id: string;
  connection_id: string | null;
  area_code: string | null;
  outbound_only: boolean;
  agent_id: string | null;
  number: string | null;
  carrier_number_id: string | null;
  attempts: number;
  claim_id: string | null;
  done_at: Date | null;
}

/** A process that died leaves its order after this. */
const claimS = 10;
/** A claim is renewed so often while its order is worked on. */
const renewMs = 3_000;
/** By the database's clock: those of the processes may differ. */
const claimed = `claimed_until = now() + interval '${claimS} seconds'`;
/** A repeat waits so long for the first one. */
const patienceMs = 20_000;
/** As long as config remembers the answers that a repeat of a finished order is given. */
const keepMs = 24 * 3_600_000;
/** After these the carrier and config are as they were before. */
const refusals: readonly ErrorKind[] = ['invalid', 'not_found', 'conflict', 'forbidden'];

/**
 * What was ordered of the carrier's numbers, one row a command, written before and after each step: a repeat goes on
 * where the first one stopped.
 */
export class NumberOrders {
  constructor(private readonly parts: { readonly database: DataSource; readonly clock: Clock }) {}

  /**
   * Runs `work` for one process at a time, until it has succeeded once; from then on `repeat` answers. A process that
   * dies is followed by another within seconds; one that only seemed dead can note nothing any more, and waits for the
   * other's answer.
   * @throws COMMAND.REUSED, COMMAND.OTHER_BODY, COMMAND.IN_FLIGHT (all `conflict`)
   */
  run<T>(
    asked: NewOrder,
    steps: {
      readonly work: (order: NumberOrder) => Promise<T>;
      readonly repeat: (order: NumberOrder) => Promise<T>;
    },
  ): Promise<T> {
    return untilFree(async () => {
      const order = await this.claim(asked);
      if (order.isDone) return steps.repeat(order);
      const stopRenewing = this.keepRenewing(order);
      try {
        const result = await steps.work(order);
        await this.finish(order);
        return result;
      } catch (error) {
        if (isRefusal(error)) await this.startAgain(order);
        throw error;
      } finally {
        stopRenewing();
        await this.change(order, 'claim_id = NULL, claimed_until = NULL');
      }
    }, patienceMs);
  }

  /**
   * Makes sure that the order is still this process's, and stays so for the next seconds: asked before what cannot be
   * taken back.
   * @throws COMMAND.IN_FLIGHT (`conflict`) when another process has taken it up.
   */
  async hold(order: NumberOrder): Promise<void> {
    await this.write(order, claimed);
  }

  async noteAgent(order: NumberOrder, agentId: string | null): Promise<void> {
    await this.write(order, 'agent_id = $4', agentId);
  }

  async noteNumber(order: NumberOrder, { number, carrierId }: CarrierNumber): Promise<void> {
    await this.write(order, 'number = $4, carrier_number_id = $5', number, carrierId);
  }

  /** The carrier's id of the number that was noted for the order, by whichever process. */
  async notedCarrierId({ userId, commandId }: NumberOrder): Promise<string | null> {
    const rows = await this.parts.database.query<Pick<OrderRow, 'carrier_number_id'>[]>(
      'SELECT carrier_number_id FROM number_orders WHERE user_id = $1 AND command_id = $2',
      [userId, commandId],
    );
    return rows[0]?.carrier_number_id ?? null;
  }

  /** Back to the beginning, under a new id: nothing is left of what was begun. */
  private async startAgain(order: NumberOrder): Promise<void> {
    const beginning = 'number_id = $4, number = NULL, carrier_number_id = NULL, attempts = 0';
    await this.write(order, beginning, newId());
  }

  /** Orders that were taken up, not finished, and not repeated for `ageMs`. */
  async forsaken(ageMs: number, limit: number): Promise<NumberOrder[]> {
    const nowMs = this.parts.clock.nowMs();
    const rows = await this.parts.database.query<OrderRow[]>(
      `SELECT * FROM number_orders WHERE done_at IS NULL AND attempts > 0 AND created_at < $1 AND created_at > $2
         AND (claimed_until IS NULL OR claimed_until < now()) ORDER BY created_at LIMIT $3`,
      [new Date(nowMs - ageMs), new Date(nowMs - keepMs), limit],
    );
    return rows.map(toOrder);
  }

  private async claim(asked: NewOrder): Promise<NumberOrder> {
    const { database } = this.parts;
    const now = new Date(this.parts.clock.nowMs());
    await this.forgetOld(now);
    const key = [asked.userId, asked.commandId];
    await database.query(
      `INSERT INTO number_orders (user_id, command_id, kind, fingerprint, number_id, connection_id, area_code,
         outbound_only, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
      [
        ...key,
        asked.kind,
        asked.fingerprint,
        asked.numberId,
        asked.connectionId,
        asked.areaCode,
        asked.outboundOnly,
        now,
      ],
    );
    const stored = await database.query<OrderRow[]>(
      'SELECT * FROM number_orders WHERE user_id = $1 AND command_id = $2',
      key,
    );
    const known = stored.map(toOrder)[0];
    if (!known) throw inFlight();
    requireSame(known, asked);
    if (known.isDone) return known;
    const [taken] = await database.query<[OrderRow[], number]>(
      `UPDATE number_orders SET attempts = attempts + 1, claim_id = $3, ${claimed}
       WHERE user_id = $1 AND command_id = $2 AND done_at IS NULL AND (claimed_until IS NULL OR claimed_until < now())
       RETURNING *`,
      [...key, newId()],
    );
    const order = taken.map(toOrder)[0];
    if (!order) throw inFlight();
    return order;
  }

  /** Gives what ends it. A renewal that fails is made up for by the next one. */
  private keepRenewing(order: NumberOrder): CancelTimer {
    let cancel: CancelTimer;
    const wait = () => {
      cancel = this.parts.clock.after(renewMs, () => {
        void this.change(order, claimed).catch(() => undefined);
        wait();
      });
    };
    wait();
    return () => cancel();
  }

  private async forgetOld(now: Date): Promise<void> {
    await this.parts.database.query('DELETE FROM number_orders WHERE created_at < $1', [
      new Date(now.getTime() - keepMs),
    ]);
  }

  private async finish(order: NumberOrder): Promise<void> {
    await this.write(order, 'done_at = $4', new Date(this.parts.clock.nowMs()));
  }

  /** @throws COMMAND.IN_FLIGHT (`conflict`) when another process has taken the order up. */
  private async write(order: NumberOrder, changes: string, ...values: readonly unknown[]): Promise<void> {
    if (!(await this.change(order, changes, ...values))) throw inFlight();
  }

  /** Changes the order if it is still this process's; tells whether it was. */
  private async change(
    { userId, commandId, claimId }: NumberOrder,
    changes: string,
    ...values: readonly unknown[]
  ): Promise<boolean> {
    const [, count] = await this.parts.database.query<[unknown, number]>(
      `UPDATE number_orders SET ${changes} WHERE user_id = $1 AND command_id = $2 AND claim_id = $3`,
      [userId, commandId, claimId, ...values],
    );
    return count > 0;
  }
}

/** True for an error that says that nothing was done, and that a repeat would fare no better. */
export function isRefusal(error: unknown): boolean {
  return AppError.is(error) && error.code !== 'COMMAND.IN_FLIGHT' && refusals.includes(error.kind);
}

function requireSame(known: NumberOrder, asked: NewOrder): void {
  if (known.kind !== asked.kind) {
    throw new AppError(
      'conflict',
      'COMMAND.REUSED',
      'This Idempotency-Key was used for another kind of request.',
    );
  }
  const [before, now] = [known.fingerprint, asked.fingerprint];
  if (before === null || now === null || before === now) return;
  throw new AppError('conflict', 'COMMAND.OTHER_BODY', 'This Idempotency-Key was used with another body.');
}

function inFlight(): AppError {
  return new AppError('conflict', 'COMMAND.IN_FLIGHT', 'The same command is being carried out.');
}

function toOrder(row: OrderRow): NumberOrder {
  const { number, carrier_number_id: carrierId } = row;
  return {
    userId: row.user_id,
    commandId: row.command_id,
    kind: row.kind,
    fingerprint: row.fingerprint,
    numberId: row.number_id,
    connectionId: row.connection_id,
    areaCode: row.area_code,
    outboundOnly: row.outbound_only,
    agentId: row.agent_id,
    number: number !== null && carrierId !== null ? { number, carrierId } : null,
    attempts: row.attempts,
    claimId: row.claim_id,
    isDone: row.done_at !== null,
  };
}
