import { AppError } from '@parley/kernel';
import type { FieldPath } from '@parley/calls';
import type { SecretBinding, SecretBox } from '@parley/secrets';

const stars = '*'.repeat(12);
const maskForm = /^\*{12}([!-~]{4})?$/;
const minCharsForTail = 16;
const tail = /[!-~]{4}$/;

/** Shows stored secrets to their owner: as masks, or in clear where the deployment says so. */
export class SecretDisplay {
  constructor(
    private readonly secrets: SecretBox,
    private readonly isRevealing: boolean,
  ) {}

  /** A secret that no longer opens is shown as a mask too: what it belongs to must not be hidden by it. */
  show(sealed: string, binding: SecretBinding): string {
    const plain = this.secrets.openIfPossible(sealed, binding);
    if (plain === null) return stars;
    return this.isRevealing ? plain : mask(plain);
  }

  /** For secrets that their owner has to have. */
  showInClear(sealed: string, binding: SecretBinding): string {
    return this.secrets.openIfPossible(sealed, binding) ?? stars;
  }
}

/** Twelve asterisks, and the last four characters of a secret that is long enough to spare them. */
export function mask(plain: string): string {
  if (plain.length < minCharsForTail) return stars;
  return stars + (tail.exec(plain)?.[0] ?? '');
}

/** True for what `mask` makes: a client that posts back what it was shown means the secret to stay. */
export function isMask(text: string): boolean {
  return maskForm.test(text);
}

/** @throws {SECRET.MASKED} for a mask where there is no secret yet that it could stand for. */
export function refuseMask(text: string, path: FieldPath): string {
  if (!isMask(text)) return text;
  const message = 'is a mask: give the secret itself';
  throw new AppError('invalid', 'SECRET.MASKED', `A secret ${message}.`, {
    issues: [{ path, message, type: 'value_error' }],
  });
}
