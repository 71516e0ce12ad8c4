import type { CarrierPort } from '@parley/calls';
import { CancelNumber, deactivateNumber, getNumber, PhoneNumber } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { AskClient, Logger } from '@parley/messaging';
import { accountOf } from '../carrier-accounts/account-ref';
import { CarrierAccounts } from '../carrier-accounts/carrier-accounts';
import { CarrierAddresses } from '../carrier/carrier-addresses';
import { derivedCommand } from '../commands/derived-command';

/**
 * Gives a number up: a bought one goes back to the carrier, a linked one stays in its account and only ceases to be
 * pointed here. The carrier first, then config: a process that dies between the two leaves a number that is listed and
 * not called, and cancelling it again, which asks the carrier in vain, ends that.
 */
export class CancelNumberUseCase {
  constructor(
    private readonly parts: {
      accounts: CarrierAccounts;
      addresses: CarrierAddresses;
      asks: AskClient;
      logger: Logger;
    },
  ) {}

  /** The number, inactive; one that is given up already as it is. @throws NUMBER.NOT_FOUND, and what the carrier throws. */
  async execute({ user_id: userId, command_id: commandId, number }: CancelNumber): Promise<PhoneNumber> {
    const found = await this.parts.asks.ask(getNumber, { user_id: userId, number });
    if (!found.active) return found;
    await this.letGo(found);
    return this.parts.asks.ask(deactivateNumber, {
      user_id: userId,
      command_id: derivedCommand(commandId, 'deactivate'),
      id: found.id,
    });
  }

  private async letGo(number: PhoneNumber): Promise<void> {
    const { carrier_number_id: carrierId, user_id: userId, origin } = number;
    if (carrierId === null) return;
    if (origin === 'linked') return this.letGoOfLinked(number, carrierId);
    const connectionId = number.telephony_account_connection?.id ?? null;
    const carrier = await this.parts.accounts.of(userId, connectionId);
    await carrier.releaseNumber(carrierId);
  }

  private async letGoOfLinked(number: PhoneNumber, carrierId: string): Promise<void> {
    try {
      await this.unpoint(carrierId, linkedBy(number));
    } finally {
      await this.pointIfLinkedAgain(number);
    }
  }

  /**
   * While this waited for the carrier the number may have been cancelled by somebody else and linked again, and what was
   * unpointed was the new link. One that begins only now points the number after this.
   */
  private async pointIfLinkedAgain(cancelled: PhoneNumber): Promise<void> {
    const present = await this.present(cancelled);
    const carrierId = present.carrier_number_id;
    if (!present.active || present.id === cancelled.id || present.origin !== 'linked' || carrierId === null) {
      return;
    }
    const account = linkedBy(present);
    const carrier = await this.parts.accounts.of(account.userId, account.connectionId);
    await carrier.pointNumber(carrierId, this.parts.addresses.ofNumbers(accountOf(account)));
    const after = await this.present(cancelled);
    if (!after.active || after.id !== present.id) await this.letGoOfLinked(present, carrierId);
  }

  private present({ user_id, number }: PhoneNumber): Promise<PhoneNumber> {
    return this.parts.asks.ask(getNumber, { user_id, number });
  }

  /** An account that lets us in no longer must not keep its number here. */
  private async unpoint(
    carrierId: string,
    account: { userId: string; connectionId: string | null },
  ): Promise<void> {
    const urls = this.parts.addresses.ofNumbers(accountOf(account));
    try {
      const carrier: CarrierPort = await this.parts.accounts.of(account.userId, account.connectionId);
      await carrier.unpointNumber(carrierId, urls);
    } catch (error) {
      if (!AppError.is(error) || error.code !== 'CARRIER.UNAUTHENTICATED') throw error;
      this.parts.logger.warn(
        { carrierId, ...account },
        'a number stays pointed here: its account is closed to us',
      );
    }
  }
}

function linkedBy(number: PhoneNumber): { userId: string; connectionId: string | null } {
  return { userId: number.user_id, connectionId: number.telephony_account_connection?.id ?? null };
}
