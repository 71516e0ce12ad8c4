import type { CarrierNumber, CarrierPort } from '@parley/calls';
import { BuyNumber, createNumber, getUserPlan, PhoneNumber, resolveCallAgent } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { AskClient } from '@parley/messaging';
import { CarrierAccounts } from '../carrier-accounts/carrier-accounts';
import { accountOf } from '../carrier-accounts/account-ref';
import { CarrierAddresses } from '../carrier/carrier-addresses';
import { derivedCommand } from '../commands/derived-command';
import { isRefusal, NumberOrder, NumberOrders } from './number-orders';

export interface NewNumbersParts {
  readonly accounts: CarrierAccounts;
  readonly addresses: CarrierAddresses;
  readonly asks: AskClient;
  readonly orders: NumberOrders;
}

/** The steps that orders of numbers have in common. Each may be repeated. */
export class NewNumbers {
  constructor(private readonly parts: NewNumbersParts) {}

  /** @throws PLAN.NO_NUMBERS (`forbidden`) */
  async requirePlan(userId: string): Promise<void> {
    const { plan_type: plan } = await this.parts.asks.ask(getUserPlan, { user_id: userId });
    if (plan !== 'plan_free') return;
    throw new AppError(
      'forbidden',
      'PLAN.NO_NUMBERS',
      'The free plan has no numbers of its own. Upgrade the plan to buy or link numbers.',
    );
  }

  /** The order's agent: made before anything is paid for, so that a wrong one costs nothing. */
  async agentId(order: NumberOrder, agent: BuyNumber['inbound_agent']): Promise<string | null> {
    if (order.agentId !== null || agent === null) return order.agentId;
    const command_id = derivedCommand(order.numberId, 'agent');
    const made = await this.parts.asks.ask(resolveCallAgent, { user_id: order.userId, command_id, agent });
    await this.parts.orders.noteAgent(order, made.id);
    return made.id;
  }

  /** The order's number: bought once, under a label by which it is found when the answer was lost. */
  async bought(order: NumberOrder, carrier: CarrierPort): Promise<CarrierNumber> {
    if (order.number) return order.number;
    const label = labelOf(order);
    const found = order.attempts > 1 ? await carrier.findNumber(label) : null;
    const urls = this.parts.addresses.ofNumbers(accountOf(order));
    if (!found) await this.parts.orders.hold(order);
    const bought = found ?? (await carrier.buyNumber({ areaCode: order.areaCode, label, ...urls }));
    await this.noteOrRelease(order, carrier, bought);
    return bought;
  }

  /** A number that was bought after another process had bought one for the same order is given back. */
  private async noteOrRelease(
    order: NumberOrder,
    carrier: CarrierPort,
    bought: CarrierNumber,
  ): Promise<void> {
    try {
      await this.parts.orders.noteNumber(order, bought);
    } catch (error) {
      const kept = await this.parts.orders.notedCarrierId(order);
      if (kept !== null && kept !== bought.carrierId) await carrier.releaseNumber(bought.carrierId);
      throw error;
    }
  }

  /** Has config store the number of the order. */
  stored(
    order: NumberOrder,
    agentId: string | null,
    { number, carrierId }: CarrierNumber,
  ): Promise<PhoneNumber> {
    return this.parts.asks.ask(createNumber, {
      user_id: order.userId,
      command_id: derivedCommand(order.numberId, 'number'),
      id: order.numberId,
      number,
      telephony_provider: this.parts.accounts.provider,
      carrier_number_id: carrierId,
      telephony_account_connection: order.connectionId,
      origin: order.kind === 'link' ? 'linked' : 'bought',
      outbound_only: order.outboundOnly,
      inbound_agent: agentId,
    });
  }

  /** What a finished order was answered with. */
  again(order: NumberOrder): Promise<PhoneNumber> {
    if (order.number) return this.stored(order, order.agentId, order.number);
    throw new AppError('internal', 'NUMBER_ORDER.NO_NUMBER', 'A finished order has no number.');
  }

  /** Stores what was bought, or gives it back if that is refused: nobody pays for a number that nobody has. */
  async keptOrGivenBack<T>(
    order: NumberOrder,
    carrier: CarrierPort,
    bought: CarrierNumber,
    keep: () => Promise<T>,
  ): Promise<T> {
    try {
      return await keep();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await this.parts.orders.hold(order);
      await carrier.releaseNumber(bought.carrierId);
      throw error;
    }
  }
}

/** How the carrier knows an order's number. */
export function labelOf(order: NumberOrder): string {
  return `parley ${order.numberId}`;
}
