import {
  AddToSteeringPool,
  accountConnectionAsks,
  maxSteeringPool,
  storeInSteeringPool,
  TwilioAccountConnection,
} from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { derivedCommand } from '../commands/derived-command';
import { ownedNumber } from './link-number.use-case';
import { NewNumbers, NewNumbersParts } from './new-numbers';
import type { NumberOrder } from './number-orders';

/**
 * Puts numbers into the pool of a user's own account. One that is named is the account's already; without one a number
 * is bought there, as `BuyNumberUseCase` buys: found again, put in again, or given back when the pool refuses it.
 */
export class SteeringPoolUseCase {
  private readonly steps: NewNumbers;

  constructor(private readonly parts: NewNumbersParts) {
    this.steps = new NewNumbers(parts);
  }

  /**
   * The connection with its new pool.
   * @throws ACCOUNT_CONNECTION.NOT_FOUND, ACCOUNT_CONNECTION.NOT_TWILIO, NUMBER.NOT_OF_ACCOUNT (`invalid`),
   * STEERING_POOL.HAS_NUMBER, STEERING_POOL.FULL (`conflict`), PLAN.NO_NUMBERS, and what the carrier throws.
   */
  add(request: AddToSteeringPool): Promise<TwilioAccountConnection> {
    return request.number === null ? this.addBought(request) : this.addOwned(request, request.number);
  }

  /** All of an order that may be bought. */
  async carryOut(order: NumberOrder): Promise<TwilioAccountConnection> {
    const carrier = await this.parts.accounts.of(order.userId, order.connectionId);
    const bought = await this.steps.bought(order, carrier);
    return this.steps.keptOrGivenBack(order, carrier, bought, () => this.pooled(order, bought.number));
  }

  private async addOwned(request: AddToSteeringPool, number: string): Promise<TwilioAccountConnection> {
    const { user_id, command_id, id } = request;
    const carrier = await this.parts.accounts.of(user_id, id);
    await ownedNumber(carrier, number);
    return this.parts.asks.ask(storeInSteeringPool, {
      user_id,
      command_id: derivedCommand(command_id, 'pool'),
      id,
      number,
    });
  }

  private addBought(request: AddToSteeringPool): Promise<TwilioAccountConnection> {
    const asked = {
      userId: request.user_id,
      commandId: request.command_id,
      kind: 'pool' as const,
      fingerprint: null,
      numberId: newId(),
      connectionId: request.id,
      areaCode: null,
      outboundOnly: true,
    };
    return this.parts.orders.run(asked, {
      work: async (order) => {
        if (!order.number) {
          await this.steps.requirePlan(order.userId);
          await this.requireRoom(order.userId, request.id);
        }
        return this.carryOut(order);
      },
      repeat: (order) => this.pooled(order, order.number?.number ?? ''),
    });
  }

  private pooled(order: NumberOrder, number: string): Promise<TwilioAccountConnection> {
    return this.parts.asks.ask(storeInSteeringPool, {
      user_id: order.userId,
      command_id: derivedCommand(order.numberId, 'pool'),
      id: order.connectionId ?? '',
      number,
    });
  }

  private async requireRoom(userId: string, id: string): Promise<void> {
    const connection = await this.parts.asks.ask(accountConnectionAsks.get, { user_id: userId, id });
    const pool = connection.type === 'account_connection_twilio' ? connection.steering_pool : [];
    if (pool.length < maxSteeringPool) return;
    throw new AppError('conflict', 'STEERING_POOL.FULL', 'The pool is full.');
  }
}
