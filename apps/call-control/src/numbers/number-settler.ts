import { AppError, CancelTimer, Clock } from '@parley/kernel';
import type { Logger } from '@parley/messaging';
import { CarrierAccounts } from '../carrier-accounts/carrier-accounts';
import { labelOf } from './new-numbers';
import { NumberOrder, NumberOrders } from './number-orders';

export interface NumberSettlerOptions {
  readonly orders: NumberOrders;
  readonly accounts: CarrierAccounts;
  /** Takes an order to its end. */
  readonly finish: Readonly<Record<NumberOrder['kind'], (order: NumberOrder) => Promise<unknown>>>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Between two looks. 60,000 by default. */
  readonly everyMs?: number;
  /** Nobody comes back to an order of this age: clients give up sooner. 300,000 by default. */
  readonly forsakenMs?: number;
}

const batch = 20;

/** Finishes the orders of numbers that a process left behind and nobody repeated, where the carrier has the number. */
export class NumberSettler {
  private cancelTimer: CancelTimer | undefined;
  private running: Promise<void> | undefined;

  constructor(private readonly options: NumberSettlerOptions) {}

  start(): void {
    this.cancelTimer = this.options.clock.after(this.options.everyMs ?? 60_000, () => {
      this.running = this.round().then(() => {
        if (this.cancelTimer) this.start();
      });
    });
  }

  /** Finishes the round in hand. */
  async close(): Promise<void> {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    await this.running;
  }

  private async round(): Promise<void> {
    const { orders, logger, forsakenMs = 300_000 } = this.options;
    try {
      for (const order of await orders.forsaken(forsakenMs, batch)) await this.settle(order);
    } catch (error) {
      logger.warn({ err: error }, 'orders of numbers could not be settled; trying again');
    }
  }

  private async settle(order: NumberOrder): Promise<void> {
    const { orders, finish, logger } = this.options;
    const finishIfThere = async (claimed: NumberOrder): Promise<void> => {
      if (!claimed.number && !(await this.foundAtCarrier(claimed))) throw nothingDone();
      await finish[claimed.kind](claimed);
    };
    try {
      await orders.run(order, { work: finishIfThere, repeat: () => Promise.resolve() });
    } catch (error) {
      logger.warn({ err: error, numberId: order.numberId }, 'an order of a number could not be finished');
    }
  }

  private async foundAtCarrier(order: NumberOrder): Promise<boolean> {
    if (order.kind === 'link') return false;
    const carrier = await this.options.accounts.of(order.userId, order.connectionId);
    return (await carrier.findNumber(labelOf(order))) !== null;
  }
}

/** A refusal: a repeat of the order begins at the beginning. */
function nothingDone(): AppError {
  return new AppError('conflict', 'NUMBER_ORDER.NOTHING_DONE', 'The carrier has no number of this order.');
}
