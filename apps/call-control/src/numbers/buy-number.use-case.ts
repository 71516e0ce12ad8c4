import type { BuyNumber, PhoneNumber } from '@parley/contracts';
import { NewNumbers, NewNumbersParts } from './new-numbers';
import type { NumberOrder } from './number-orders';

/**
 * Buys a number at the carrier, on the user's own account if one is named, and has config store it. Whenever the process
 * dies, a repeat of the command goes on where the first one stopped, and without one the settler does:
 *
 * - before the carrier was asked: nothing was done;
 * - after it sold the number, before that was noted: the number is found by its label;
 * - after that, before config has it: config is asked again, under the same command;
 * - config refuses the number: it is given back.
 */
export class BuyNumberUseCase {
  private readonly steps: NewNumbers;

  constructor(private readonly parts: NewNumbersParts) {
    this.steps = new NewNumbers(parts);
  }

  /** @throws PLAN.NO_NUMBERS, COMMAND.OTHER_BODY, ACCOUNT_CONNECTION.NOT_FOUND, and what the carrier and config throw. */
  execute(request: BuyNumber): Promise<PhoneNumber> {
    const asked = {
      userId: request.user_id,
      commandId: request.command_id,
      kind: 'buy' as const,
      fingerprint: request.fingerprint,
      numberId: request.number_id,
      connectionId: request.telephony_account_connection,
      areaCode: request.area_code,
      outboundOnly: false,
    };
    return this.parts.orders.run(asked, {
      work: async (order) => {
        if (!order.number) await this.steps.requirePlan(order.userId);
        return this.carryOut(order, request.inbound_agent);
      },
      repeat: (order) => this.steps.again(order),
    });
  }

  /** All of an order that may be bought. */
  async carryOut(order: NumberOrder, agent: BuyNumber['inbound_agent'] = null): Promise<PhoneNumber> {
    const carrier = await this.parts.accounts.of(order.userId, order.connectionId);
    const agentId = await this.steps.agentId(order, agent);
    const bought = await this.steps.bought(order, carrier);
    return this.steps.keptOrGivenBack(order, carrier, bought, () =>
      this.steps.stored(order, agentId, bought),
    );
  }
}
