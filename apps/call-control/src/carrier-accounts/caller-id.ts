import type { FieldPath } from '@parley/calls';
import { resolveInbound } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { AskClient } from '@parley/messaging';

/**
 * The user's own account that a call from this number goes through; null for the deployment's, which also has its say
 * about numbers that nobody has here.
 * @throws NUMBER.NOT_YOURS (`invalid`), naming `path`, for a number that somebody else has here.
 */
export async function connectionOfCallerId(
  asks: AskClient,
  userId: string,
  { number, path }: { readonly number: string; readonly path: FieldPath },
): Promise<string | null> {
  const owned = await asks.ask(resolveInbound, { number }).catch((error: unknown) => {
    if (AppError.is(error) && error.kind === 'not_found') return undefined;
    throw error;
  });
  if (!owned) return null;
  if (owned.user_id === userId) return owned.telephony_account_connection?.id ?? null;
  const message = 'is not a number that may be shown as yours';
  throw new AppError('invalid', 'NUMBER.NOT_YOURS', `The number ${message}.`, {
    issues: [{ path, message, type: 'value_error' }],
  });
}
