import { createHash } from 'node:crypto';
import type { LanguageModel } from '@parley/conversation';
import { CircuitBreaker } from '@parley/kernel';
import type { Clock } from '@parley/kernel';
import type { OpenAiModel } from '@parley/language-models';

const mostAccounts = 500;

export interface AccountModel {
  readonly model: LanguageModel;
  readonly breaker: CircuitBreaker;
}

/** Clients of agents' own OpenAI accounts, the newest used kept: making one costs more than a turn can spare. */
export class AccountModels {
  private readonly accounts = new Map<string, AccountModel>();

  constructor(
    private readonly server: OpenAiModel,
    private readonly clock: Clock,
  ) {}

  of(apiKey: string): AccountModel {
    const name = createHash('sha256').update(apiKey).digest('base64');
    const account = this.accounts.get(name) ?? {
      model: this.server.forAccount(apiKey),
      breaker: new CircuitBreaker(this.clock),
    };
    this.accounts.delete(name);
    this.accounts.set(name, account);
    const [oldest] = this.accounts.keys();
    // Calls that still use it keep it; it has nothing to close.
    if (this.accounts.size > mostAccounts && oldest !== undefined) this.accounts.delete(oldest);
    return account;
  }
}
