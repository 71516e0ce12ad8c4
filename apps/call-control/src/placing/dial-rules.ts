import { DialRefusal, FieldPath, guardDial, parsePossibleNumber } from '@parley/calls';
import { getNumber } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { AskClient } from '@parley/messaging';

export interface DialRequest {
  readonly userId: string;
  /** As it was given. */
  readonly to: string;
  readonly path: FieldPath;
  /** The caller id, in E.164. */
  readonly from: string;
}

export interface CheckedNumber {
  readonly number: string;
  /** Null when it may be dialled. */
  readonly refusal: DialRefusal | null;
}

/** The one gate before every dial, of calls and of transfers alike. */
export class DialRules {
  constructor(
    private readonly asks: AskClient,
    private readonly countries: readonly string[],
  ) {}

  /** @throws NUMBER.IMPOSSIBLE, naming `path`, when `to` is no phone number at all. */
  async check({ userId, to, path, from }: DialRequest): Promise<CheckedNumber> {
    const number = parsePossibleNumber(to, path);
    const policy = { countries: this.countries, from, ownNumbers: [] };
    const refusal = guardDial(number, policy);
    if (refusal) return { number, refusal };
    const ownNumbers = (await this.isOwn(userId, number)) ? [number] : [];
    return { number, refusal: guardDial(number, { ...policy, ownNumbers }) };
  }

  private async isOwn(userId: string, number: string): Promise<boolean> {
    try {
      return (await this.asks.ask(getNumber, { user_id: userId, number })).active;
    } catch (error) {
      if (AppError.is(error) && error.kind === 'not_found') return false;
      throw error;
    }
  }
}
