import type { CarrierNumber, CarrierPort } from '@parley/calls';
import { BuyNumber, deactivateNumber, LinkNumber, PhoneNumber } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import { accountOf } from '../carrier-accounts/account-ref';
import { derivedCommand } from '../commands/derived-command';
import { NewNumbers, NewNumbersParts } from './new-numbers';
import { isRefusal, NumberOrder } from './number-orders';

/**
 * Points a number of the user's own account here. config has the number first, because it has one owner: whoever else
 * answers it here must not lose its calls to a second link. Whenever the process dies, a repeat of the command goes on
 * where the first one stopped, and without one the settler does:
 *
 * - before config has it: nothing was done;
 * - after that, before the carrier points here: it is pointed again, which changes nothing when it was;
 * - the carrier refuses to point it: config gives it up.
 */
export class LinkNumberUseCase {
  private readonly steps: NewNumbers;

  constructor(private readonly parts: NewNumbersParts) {
    this.steps = new NewNumbers(parts);
  }

  /**
   * @throws PLAN.NO_NUMBERS, COMMAND.OTHER_BODY, ACCOUNT_CONNECTION.NOT_FOUND, NUMBER.NOT_OF_ACCOUNT (`invalid`),
   * NUMBER.TAKEN, and what the carrier and config throw.
   */
  execute(request: LinkNumber): Promise<PhoneNumber> {
    const asked = {
      userId: request.user_id,
      commandId: request.command_id,
      kind: 'link' as const,
      fingerprint: request.fingerprint,
      numberId: request.number_id,
      connectionId: request.telephony_account_connection,
      areaCode: null,
      outboundOnly: request.outbound_only,
    };
    return this.parts.orders.run(asked, {
      work: async (order) => {
        await this.steps.requirePlan(order.userId);
        const carrier = await this.parts.accounts.of(order.userId, order.connectionId);
        const owned = order.number ?? (await ownedNumber(carrier, request.number));
        await this.parts.orders.noteNumber(order, owned);
        return this.carryOut({ ...order, number: owned }, request.inbound_agent);
      },
      repeat: (order) => this.steps.again(order),
    });
  }

  /** The rest of an order whose number was found. */
  async carryOut(order: NumberOrder, agent: BuyNumber['inbound_agent'] = null): Promise<PhoneNumber> {
    const { userId, connectionId, number } = order;
    if (!number) throw new AppError('internal', 'NUMBER_ORDER.NO_NUMBER', 'The order has no number.');
    const carrier = await this.parts.accounts.of(userId, connectionId);
    const agentId = await this.steps.agentId(order, agent);
    const stored = await this.steps.stored(order, agentId, number);
    try {
      await carrier.pointNumber(number.carrierId, this.parts.addresses.ofNumbers(accountOf(order)));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await this.parts.orders.hold(order);
      await this.giveUp(userId, stored.id);
      throw error;
    }
    return stored;
  }

  private async giveUp(userId: string, id: string): Promise<void> {
    const command_id = derivedCommand(id, 'give up');
    await this.parts.asks.ask(deactivateNumber, { user_id: userId, command_id, id });
  }
}

/** @throws NUMBER.NOT_OF_ACCOUNT (`invalid`) */
export async function ownedNumber(carrier: CarrierPort, number: string): Promise<CarrierNumber> {
  const owned = await carrier.ownNumber(number);
  if (owned) return owned;
  const message = 'is not a number of this Twilio account';
  throw new AppError('invalid', 'NUMBER.NOT_OF_ACCOUNT', `${number} ${message}.`, {
    issues: [{ path: ['body', 'phone_number'], message, type: 'value_error' }],
  });
}
