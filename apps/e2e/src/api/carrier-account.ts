import { randomBytes } from 'node:crypto';
import type { RunningSystem } from '../running-system';

interface AccountOptions {
  readonly authToken?: string;
  /** What the account has; one number unless given. */
  readonly numbers?: readonly string[];
}

/** A new account at the sandbox's carrier, beside the deployment's own. */
export async function carrierAccount(system: RunningSystem, options: AccountOptions = {}) {
  const twilio_account_sid = `AC${randomBytes(16).toString('hex')}`;
  const twilio_auth_token = options.authToken ?? randomBytes(16).toString('hex');
  const number = `+1628777${String(randomBytes(4).readUInt32BE() % 10_000).padStart(4, '0')}`;
  const numbers = options.numbers ?? [number];
  await system.control('POST', '/accounts', {
    ...{ account_sid: twilio_account_sid, auth_token: twilio_auth_token, numbers },
  });
  return { credentials: { twilio_account_sid, twilio_auth_token }, number };
}
