import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { newId } from '@parley/kernel';

const idChars = 22;
const secretChars = 43;
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const keyText = /^parley_([0-9A-Za-z]{22})_([0-9A-Za-z]{43})$/;

/** A key as it is when it is made: the only time that `key` is known. */
export interface NewApiKey {
  /** `parley_<id, 22 base62 characters>_<32 random bytes, 43 base62 characters>`; shown once, never stored. */
  readonly key: string;
  /** UUIDv7; what the key is looked up by. */
  readonly id: string;
  /** What is stored. */
  readonly hash: string;
}

/** A new random API key (256 bits). */
export function newApiKey(): NewApiKey {
  const id = newId();
  const key = `parley_${toBase62(Buffer.from(id.replaceAll('-', ''), 'hex'), idChars)}_${toBase62(randomBytes(32), secretChars)}`;
  return { key, id, hash: hashApiKey(key) };
}

/** The id in a key, or undefined when the text does not have the form of one. Says nothing of its validity. */
export function parseApiKey(key: string): { readonly id: string } | undefined {
  const [, idText] = keyText.exec(key) ?? [];
  const hex = idText && fromBase62(idText);
  if (!hex) return undefined;
  return { id: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') };
}

/**
 * SHA-256 of the whole key, hex, 64 characters. A fast hash is enough: the key holds 256 random bits, so there is
 * nothing to guess that a slow hash would protect.
 */
export function hashApiKey(key: string): string {
  return createHash('sha256').update(key, 'utf8').digest('hex');
}

/** True when both are the hash of one key; takes the same time wherever they differ. */
export function isSameKeyHash(given: string, stored: string): boolean {
  const [left, right] = [Buffer.from(given, 'utf8'), Buffer.from(stored, 'utf8')];
  return left.length === right.length && timingSafeEqual(left, right);
}

function toBase62(bytes: Buffer, chars: number): string {
  let rest = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (let index = 0; index < chars; index++) {
    text = alphabet.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}

/** 32 hex digits, or undefined when the number needs more. */
function fromBase62(text: string): string | undefined {
  let number = 0n;
  for (const char of text) number = number * 62n + BigInt(alphabet.indexOf(char));
  const hex = number.toString(16);
  return hex.length <= 32 ? hex.padStart(32, '0') : undefined;
}
