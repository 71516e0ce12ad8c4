import type { CarrierNumber, CarrierPort } from '@parley/calls';
import { buyNumber, createNumber, PhoneNumber } from '@parley/contracts';
import { AppError, Clock } from '@parley/kernel';
import type { AskClient } from '@parley/messaging';
import type { DataSource } from 'typeorm';
import type { z } from 'zod';
import { CarrierAddresses } from '../carrier/carrier-addresses';
import { derivedCommand } from '../placing/derived-command';

type BuyNumber = z.output<typeof buyNumber.request>;

interface PurchaseRow {
  number_id: string;
  number: string | null;
  carrier_number_id: string | null;
  attempts: number;
}

/** A process that died in the middle of a purchase leaves it to the next attempt after this. */
const claimMs = 40_000;

/**
 * Buys a number at the carrier and has config store it. The purchase is written down before and after each step, so
 * that a repeat of the command goes on where the first one stopped: it finds a number that was bought under the
 * purchase's label rather than buy a second one.
 */
export class BuyNumberUseCase {
  constructor(
    private readonly parts: {
      database: DataSource;
      clock: Clock;
      carrier: CarrierPort;
      addresses: CarrierAddresses;
      asks: AskClient;
    },
  ) {}

  /** @throws COMMAND.IN_FLIGHT, and what the carrier and config throw. */
  async execute(request: BuyNumber): Promise<PhoneNumber> {
    const purchase = await this.claim(request);
    try {
      const bought = await this.bought(request, purchase);
      return await this.parts.asks.ask(createNumber, {
        user_id: request.user_id,
        command_id: derivedCommand(request.command_id, 'number'),
        id: purchase.number_id,
        number: bought.number,
        telephony_provider: this.parts.carrier.provider,
        carrier_number_id: bought.carrierId,
        inbound_agent: request.inbound_agent,
      });
    } finally {
      await this.release(request);
    }
  }

  private async bought(request: BuyNumber, purchase: PurchaseRow): Promise<CarrierNumber> {
    const { number, carrier_number_id: carrierId } = purchase;
    if (number !== null && carrierId !== null) return { number, carrierId };
    const { carrier, addresses } = this.parts;
    const label = `parley ${purchase.number_id}`;
    const found = purchase.attempts > 1 ? await carrier.findNumber(label) : null;
    const bought =
      found ?? (await carrier.buyNumber({ areaCode: request.area_code, label, ...addresses.ofNumbers }));
    await this.parts.database.query(
      'UPDATE number_purchases SET number = $3, carrier_number_id = $4 WHERE user_id = $1 AND command_id = $2',
      [request.user_id, request.command_id, bought.number, bought.carrierId],
    );
    return bought;
  }

  /** The purchase of this command, for this process alone. */
  private async claim(request: BuyNumber): Promise<PurchaseRow> {
    const nowMs = this.parts.clock.nowMs();
    const rows = await this.parts.database.query<PurchaseRow[]>(
      `INSERT INTO number_purchases AS p
         (user_id, command_id, number_id, area_code, attempts, claimed_until, created_at)
       VALUES ($1, $2, $3, $4, 1, $6, $5)
       ON CONFLICT (user_id, command_id) DO UPDATE SET attempts = p.attempts + 1, claimed_until = $6
         WHERE p.claimed_until IS NULL OR p.claimed_until < $5
       RETURNING number_id, number, carrier_number_id, attempts`,
      [
        request.user_id,
        request.command_id,
        request.number_id,
        request.area_code,
        new Date(nowMs),
        new Date(nowMs + claimMs),
      ],
    );
    const [purchase] = rows;
    if (purchase) return purchase;
    throw new AppError('conflict', 'COMMAND.IN_FLIGHT', 'The same command is being carried out.');
  }

  private async release(request: BuyNumber): Promise<void> {
    await this.parts.database.query(
      'UPDATE number_purchases SET claimed_until = NULL WHERE user_id = $1 AND command_id = $2',
      [request.user_id, request.command_id],
    );
  }
}
