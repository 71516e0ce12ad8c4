import type { SpokenWord } from '../ports';

/**
 * How long speech takes when nothing better is known, in ms a unit of weight: about 160 words a minute. A letter
 * weighs one unit; what else weighs something is below.
 */
export const usualMsPerUnit = 42;

/** A short word takes longer than its letters say. Measured in words of voices: about 100 to 150 ms, and 35 to 50 a letter. */
const wordWeight = 3;
const digitWeight = 2;
/** One character is a syllable or more. */
const syllableWeight = 4;
const gapWeight = 0.6;
const pauseWeight = 3.5;
const sentenceWeight = 7;

const wordPattern = /[^\s\u3040-\u30ff\u3400-\u9fff]+|[\u3040-\u30ff\u3400-\u9fff]/gu;
const syllables = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/gu;
/** Vendors leave marks out of words, or out of the text; a word is not looked for further away than this. */
const searchChars = 60;

/** A word of a text, and when it sounds. `from` and `to` are its place in the text, its marks included. */
export interface TimedWord {
  readonly from: number;
  readonly to: number;
  readonly startMs: number;
  readonly endMs: number;
}

interface Weighed {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  /** The silence behind it. */
  readonly rest: number;
}

/** How long a text is to be spoken, in units. */
export function weightOf(text: string): number {
  const words = weigh(text);
  return words.reduce((sum, { weight, rest }) => sum + weight + rest, 0) - (words.at(-1)?.rest ?? 0);
}

/**
 * When the words of a text sound within its `totalMs`. Those that the vendor timed are where it says; the others share
 * the time between them by their weight.
 */
export function timeWords(text: string, totalMs: number, timed: readonly SpokenWord[] = []): TimedWord[] {
  const words = weigh(text);
  const known = align(text, words, timed);
  const result: TimedWord[] = [];
  let fromMs = 0;
  for (let first = 0; first < words.length;) {
    const place = known.get(first);
    if (place) {
      fromMs = Math.max(fromMs, place.endMs);
      result.push({ ...placeOf(words[first]), startMs: place.startMs, endMs: place.endMs });
      first += 1;
      continue;
    }
    let end = first + 1;
    while (end < words.length && !known.has(end)) end += 1;
    const untilMs = known.get(end)?.startMs ?? totalMs;
    share(words.slice(first, end), fromMs, Math.max(fromMs, untilMs), end === words.length, result);
    first = end;
  }
  return result;
}

/**
 * The words of a text that were heard when `playedMs` of its `totalMs` were played. A word counts once more than half
 * of it was played. Ends at a word's end.
 */
export function heardText(
  text: string,
  playedMs: number,
  totalMs: number,
  timed: readonly SpokenWord[] = [],
): string {
  if (playedMs <= 0 || totalMs <= 0) return '';
  if (playedMs >= totalMs) return text;
  let end = 0;
  for (const word of timeWords(text, totalMs, timed)) {
    if ((word.startMs + word.endMs) / 2 > playedMs) break;
    end = word.to;
  }
  return text.slice(0, end);
}

/** Where to go on with a text that was stopped at `atMs`: at the beginning of a word that was cut, else right there. */
export function resumeAtMs(
  text: string,
  atMs: number,
  totalMs: number,
  timed: readonly SpokenWord[] = [],
): number {
  for (const word of timeWords(text, totalMs, timed)) {
    if (word.startMs >= atMs) break;
    if (atMs < word.endMs) return word.startMs;
  }
  return atMs;
}

function weigh(text: string): Weighed[] {
  return [...text.matchAll(wordPattern)].map(({ 0: word, index }) => {
    const slow = word.match(syllables)?.length ?? 0;
    const digits = word.match(/\p{Nd}/gu)?.length ?? 0;
    const letters = word.match(/[\p{L}\p{M}$€£¥%&@+#*]/gu)?.length ?? 0;
    const isWord = digits + letters > 0;
    const weight =
      letters - slow + digits * digitWeight + slow * syllableWeight + (isWord && slow === 0 ? wordWeight : 0);
    return { from: index, to: index + word.length, weight, rest: restAfter(word, slow > 0) };
  });
}

function restAfter(word: string, isSyllable: boolean): number {
  if (/[.!?。！？।…]["'”’)\]»」]*$/u.test(word)) return sentenceWeight;
  if (/[,;:、，；：—–]["'”’)\]»」]*$/u.test(word)) return pauseWeight;
  return isSyllable ? 0 : gapWeight;
}

/** The vendor's times by the number of our word. */
function align(
  text: string,
  words: readonly Weighed[],
  timed: readonly SpokenWord[],
): ReadonlyMap<number, SpokenWord> {
  const known = new Map<number, SpokenWord>();
  if (timed.length === 0) return known;
  const lower = text.toLowerCase();
  let at = 0;
  let number = 0;
  for (const spoken of timed) {
    const wanted = spoken.text.trim().toLowerCase();
    if (!wanted) continue;
    const found = lower.indexOf(wanted, at);
    if (found < 0 || found > at + searchChars) continue;
    at = found + wanted.length;
    while (number < words.length - 1 && (words[number]?.to ?? 0) <= found) number += 1;
    const before = known.get(number);
    known.set(number, before ? { ...before, endMs: spoken.endMs } : spoken);
  }
  return known;
}

function share(
  words: readonly Weighed[],
  fromMs: number,
  untilMs: number,
  isEnd: boolean,
  into: TimedWord[],
): void {
  const rest = isEnd ? (words.at(-1)?.rest ?? 0) : 0;
  const total = words.reduce((sum, word) => sum + word.weight + word.rest, 0) - rest;
  const msPerUnit = total > 0 ? (untilMs - fromMs) / total : 0;
  let atMs = fromMs;
  for (const word of words) {
    const endMs = atMs + word.weight * msPerUnit;
    into.push({ from: word.from, to: word.to, startMs: atMs, endMs });
    atMs = endMs + word.rest * msPerUnit;
  }
}

function placeOf(word: Weighed | undefined): { from: number; to: number } {
  return { from: word?.from ?? 0, to: word?.to ?? 0 };
}
