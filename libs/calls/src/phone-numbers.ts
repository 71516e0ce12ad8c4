import { AppError } from '@parley/kernel';
import { parsePhoneNumberWithError, PhoneNumber } from 'libphonenumber-js/max';

/** Where in a request a number stood, outermost first, for the error that names it. */
export type FieldPath = readonly (string | number)[];

/**
 * Reads a phone number as people and programs write it and returns it in E.164, with its `+`.
 * With a leading `+` (or `tel:+`) it is international. Otherwise it is tried as a number of the USA, then as an
 * international one whose `+` is missing. It has to be *possible* (a right length for its country), not assigned:
 * what may be dialled is decided by `guardDial`.
 * @throws NUMBER.IMPOSSIBLE (`invalid`), with an issue at `path`.
 */
export function parsePossibleNumber(text: string, path: FieldPath = []): string {
  const written = text.trim().replace(/^tel:/i, '');
  const readings = written.startsWith('+')
    ? [() => parsePhoneNumberWithError(written)]
    : [() => parsePhoneNumberWithError(written, 'US'), () => parsePhoneNumberWithError(`+${written}`)];
  for (const read of readings) {
    const number = attempt(read);
    if (number?.isPossible() && !number.ext) return number.number;
  }
  const message =
    'is not a possible phone number: give it with its country code, e.g. +14155552671, without extension';
  throw new AppError('invalid', 'NUMBER.IMPOSSIBLE', `The number ${message}.`, {
    issues: [{ path, message, type: 'value_error' }],
  });
}

/** A number as the public API writes it: E.164 without its `+`. */
export function toDigits(e164: string): string {
  return e164.replace(/^\+/, '');
}

function attempt(read: () => PhoneNumber): PhoneNumber | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
