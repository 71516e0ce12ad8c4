import { normaliseWord } from '../../voice';
import type { SpokenWord } from '../../voice';

/** When each character of a text is spoken, in ms from its beginning. */
export interface CharTime {
  readonly char: string;
  readonly startMs: number;
  readonly durationMs: number;
}

/** ElevenLabs' alignment of a stretch of audio; times count from the stretch's beginning. */
export interface Alignment {
  readonly chars: readonly string[];
  readonly charStartTimesMs: readonly number[];
  readonly charsDurationsMs: readonly number[];
}

/** The times of all characters of `text`, spoken with these words: each word's over its letters, its gap's over the space. */
export function charTimes(text: string, words: readonly SpokenWord[]): CharTime[] {
  const times: CharTime[] = [];
  let spoken = 0;
  let atMs = 0;
  for (const token of text.split(/(\s+)/u)) {
    const word = normaliseWord(token) === '' ? undefined : words[spoken++];
    const startMs = word?.startMs ?? atMs;
    const endMs = word?.endMs ?? (token.trim() === '' ? (words[spoken]?.startMs ?? atMs) : atMs);
    const chars = Array.from(token);
    const charMs = (endMs - startMs) / Math.max(1, chars.length);
    chars.forEach((char, i) => times.push({ char, startMs: startMs + i * charMs, durationMs: charMs }));
    atMs = endMs;
  }
  return times;
}

/** What begins within a stretch; null for a stretch in which nothing does. Whole ms, as the vendor has them. */
export function alignmentOf(times: readonly CharTime[], fromMs: number, toMs: number): Alignment | null {
  const within = times.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
  if (within.length === 0) return null;
  return {
    chars: within.map(({ char }) => char),
    charStartTimesMs: within.map(({ startMs }) => Math.round(startMs - fromMs)),
    charsDurationsMs: within.map(({ durationMs }) => Math.round(durationMs)),
  };
}
