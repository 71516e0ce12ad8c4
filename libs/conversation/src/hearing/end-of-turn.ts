import type { Pace } from './pace';
import { paceFactor } from './pace';
import type { EndpointingSensitivity } from '../ports';
import { endsSentence, isUnfinished } from './unfinished-words';

/** What a wait for more words depends on, beside the words. */
export interface Listening {
  readonly language: string;
  readonly sensitivity: EndpointingSensitivity;
  /** 0.5…2. */
  readonly speed: number;
  readonly pace: Pace;
  /** The agent's last words. */
  readonly asked: string;
}

const afterSentenceMs = 250;
const afterWordsMs = 800;
const afterUnfinishedMs = 1_500;
const leastWaitMs = 100;
const mostWaitMs = 1_500;
const stretch: Readonly<Record<EndpointingSensitivity, number>> = { sensitive: 0.7, auto: 1, relaxed: 1.5 };

/** Silence after words that are final, until the turn counts as over, where nothing but the words tells; 100…1500 ms. */
export function endOfTurnWaitMs(words: string, listening: Listening): number {
  const { language, asked } = listening;
  const usualMs = isUnfinished(words, language, asked)
    ? afterUnfinishedMs
    : endsSentence(words)
      ? afterSentenceMs
      : afterWordsMs;
  return Math.min(mostWaitMs, Math.max(leastWaitMs, Math.round(usualMs * slowness(listening))));
}

/** How long a turn that is told to be over is held all the same, because its words are unfinished; 0 when they are not. */
export function holdMs(words: string, mostMs: number, listening: Listening): number {
  if (!isUnfinished(words, listening.language, listening.asked)) return 0;
  // Never longer than the hold: a caller who talks slowly was already given that time.
  const { sensitivity, speed } = listening;
  return Math.round(mostMs * Math.min(1, stretch[sensitivity] / speed));
}

function slowness({ sensitivity, speed, pace }: Listening): number {
  return stretch[sensitivity] / (speed * paceFactor(pace));
}
