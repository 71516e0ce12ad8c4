import { AppError } from '@parley/kernel';

import { MAX_WORD_BYTES } from './normalise-word';

/** States of one symbol: one of four low tones and one of four high tones. */
export const SYMBOL_STATES = 16;
/** Symbols that open a word; the first two are alike, which happens nowhere else. */
export const SYNC_SYMBOLS: readonly number[] = [0b0011, 0b0011, 0b1100];
/** Digits that follow the sync: two of length, two of padding. */
export const HEADER_DIGITS = 4;
/** Digits of the checksum that close a word. */
export const CHECK_DIGITS = 4;
/** Most padding digits of a word. */
export const MAX_PADDING = 224;

const BASE = 15;
const PAIR = BASE * BASE;
const CHECK_MODULUS = PAIR * PAIR;
const FIRST_BYTE = 0x20;
/** Most digits of a word, all parts together. */
export const MAX_DIGITS = HEADER_DIGITS + 2 * MAX_WORD_BYTES + MAX_PADDING + CHECK_DIGITS;

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder('utf-8', { fatal: true });

/** Symbols a word takes without padding, its sync included. */
export function shortestFrame(word: string): number {
  return SYNC_SYMBOLS.length + HEADER_DIGITS + 2 * utf8.encode(word).length + CHECK_DIGITS;
}

/**
 * The symbols (0–15) of a word's code, its sync included, padded to at least `symbolCount` (as far as `MAX_PADDING`
 * goes).
 * @throws VOICE.BAD_WORD when the word is empty, longer than `MAX_WORD_BYTES` or has control characters.
 */
export function frameSymbols(word: string, symbolCount = 0): Uint8Array {
  const bytes = utf8.encode(word);
  if (bytes.length === 0 || bytes.length > MAX_WORD_BYTES || bytes.some((byte) => byte < FIRST_BYTE)) {
    throw new AppError('invalid', 'VOICE.BAD_WORD', 'A word code carries 1 to 64 bytes of printable text.');
  }
  const padding = Math.min(MAX_PADDING, Math.max(0, symbolCount - shortestFrame(word)));
  const digits = new Uint8Array(HEADER_DIGITS + 2 * bytes.length + padding + CHECK_DIGITS);
  let at = putPair(digits, 0, bytes.length);
  at = putPair(digits, at, padding);
  for (const byte of bytes) at = putPair(digits, at, byte - FIRST_BYTE);
  for (let i = 0; i < padding; i++) digits[at++] = paddingDigit(i);
  const check = checksum(digits, at);
  at = putPair(digits, at, Math.floor(check / PAIR));
  putPair(digits, at, check % PAIR);
  return digitsToSymbols(digits);
}

/** Digits that a word has, its sync left out, by its header; 0 when no word has this header. */
export function digitCount(digits: Uint8Array): number {
  const byteCount = pairAt(digits, 0);
  const padding = pairAt(digits, 2);
  if (byteCount === 0 || byteCount > MAX_WORD_BYTES || padding > MAX_PADDING) return 0;
  return HEADER_DIGITS + 2 * byteCount + padding + CHECK_DIGITS;
}

/** The digit that `symbol` stands for after `previous`; -1 for a repeated symbol, which stands for none. */
export function digitOf(symbol: number, previous: number): number {
  return ((symbol - previous + SYMBOL_STATES) % SYMBOL_STATES) - 1;
}

/** The word that complete `digits` (sync left out) carry; undefined when checksum, padding or text is wrong. */
export function wordOf(digits: Uint8Array): string | undefined {
  const byteCount = pairAt(digits, 0);
  const textEnd = HEADER_DIGITS + 2 * byteCount;
  const checkAt = digits.length - CHECK_DIGITS;
  if (checkAt !== textEnd + pairAt(digits, 2)) return undefined;
  if (pairAt(digits, checkAt) * PAIR + pairAt(digits, checkAt + 2) !== checksum(digits, checkAt))
    return undefined;
  for (let i = textEnd; i < checkAt; i++) if (digits[i] !== paddingDigit(i - textEnd)) return undefined;
  const bytes = new Uint8Array(byteCount);
  for (let i = 0; i < byteCount; i++) bytes[i] = pairAt(digits, HEADER_DIGITS + 2 * i) + FIRST_BYTE;
  try {
    return fromUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function digitsToSymbols(digits: Uint8Array): Uint8Array {
  const symbols = new Uint8Array(SYNC_SYMBOLS.length + digits.length);
  symbols.set(SYNC_SYMBOLS);
  let previous = SYNC_SYMBOLS.at(-1) as number;
  digits.forEach((digit, i) => {
    previous = (previous + 1 + digit) % SYMBOL_STATES;
    symbols[SYNC_SYMBOLS.length + i] = previous;
  });
  return symbols;
}

/** A fixed sequence without a short period, so that moved padding is not the padding of its new place. */
function paddingDigit(index: number): number {
  return (((index + 1) * (index + 7) * 2654435761) >>> 13) % BASE;
}

/** CRC-16/CCITT of the digits, folded into four base-15 digits. */
function checksum(digits: Uint8Array, length: number): number {
  let crc = 0xffff;
  for (let i = 0; i < length; i++) {
    crc ^= (digits[i] as number) << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc % CHECK_MODULUS;
}

function putPair(digits: Uint8Array, at: number, value: number): number {
  digits[at] = Math.floor(value / BASE);
  digits[at + 1] = value % BASE;
  return at + 2;
}

function pairAt(digits: Uint8Array, at: number): number {
  return (digits[at] as number) * BASE + (digits[at + 1] as number);
}
