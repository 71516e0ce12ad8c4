import { countWords } from '../words';

/** How fast the caller speaks, in words a minute. */
export interface Pace {
  readonly wordsPerMinute: number;
}

/** What people speak on the phone, before anything is known of this one. */
const usualWordsPerMinute = 150;
export const usualPace: Pace = { wordsPerMinute: usualWordsPerMinute };

/** Short answers tell little of a pace, and a stopped clock nothing. */
const leastWords = 3;
const leastMs = 400;
/** Of a pace that was measured anew, a long sentence counts for this share. */
const mostShare = 0.5;
const slowest = 0.7;
const fastest = 1.5;

/** The pace after words that took so long to say. Long sentences count for more than short ones. */
export function heardAtPace(pace: Pace, words: string, tookMs: number): Pace {
  const count = countWords(words);
  if (count < leastWords || tookMs < leastMs) return pace;
  const share = Math.min(mostShare, count / 20);
  const measured = Math.min(400, Math.max(50, (count * 60_000) / tookMs));
  return { wordsPerMinute: pace.wordsPerMinute * (1 - share) + measured * share };
}

/** How much faster than usual: waits for the caller are divided by it. */
export function paceFactor({ wordsPerMinute }: Pace): number {
  return Math.min(fastest, Math.max(slowest, wordsPerMinute / usualWordsPerMinute));
}
