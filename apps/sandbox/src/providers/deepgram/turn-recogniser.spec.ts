import type { HeardEvent } from '../../voice';
import { TurnOptions, TurnRecogniser } from './turn-recogniser';

const STEP_MS = 10;
const defaults: TurnOptions = {
  updateEveryMs: 250,
  eagerEndMs: 150,
  endOfTurnMs: 350,
  timeoutMs: 2500,
  falseEagerEndAfter: () => null,
};

interface Scene {
  /** Word by word: its text, when it begins and ends. */
  readonly words: readonly (readonly [string, number, number])[];
  /** Sound that is no word. */
  readonly noise?: readonly (readonly [number, number])[];
}

/** Plays `audioMs` of audio; each report stands with the audio time at which it came. */
function play(audioMs: number, { words, noise = [] }: Scene, options: Partial<TurnOptions> = {}) {
  let nowMs = 0;
  const source = {
    push: (): HeardEvent[] =>
      words
        .filter(([, , endMs]) => endMs > nowMs - STEP_MS && endMs <= nowMs)
        .map(([word, startMs, endMs]) => ({ kind: 'word', word, startMs, endMs })),
  };
  const heard: string[] = [];
  const recogniser = new TurnRecogniser({ ...defaults, ...options }, source, (word) => heard.push(word));
  const told: string[] = [];
  const spans = [...words.map(([, from, to]) => [from, to] as const), ...noise];
  while (nowMs < audioMs) {
    nowMs += STEP_MS;
    const sounds = spans.some(([from, to]) => nowMs > from && nowMs <= to);
    const samples = new Int16Array(STEP_MS * 8).fill(sounds ? 5000 : 0);
    for (const { event, words: so } of recogniser.push(samples))
      if (event !== 'Update') told.push(`${nowMs} ${event} ${so.map(({ word }) => word).join(' ')}`);
  }
  return { told, heard, recogniser };
}

const hello: Scene['words'] = [
  ['hello', 100, 400],
  ['there', 420, 700],
];

describe('TurnRecogniser', () => {
  it('tells the first word, the eager end and the end by the silence behind the last word', () => {
    const { told, heard } = play(2000, { words: hello });
    expect(told).toEqual([
      '400 StartOfTurn hello',
      '850 EagerEndOfTurn hello there',
      '1050 EndOfTurn hello there',
    ]);
    expect(heard).toEqual(['hello', 'there']);
  });

  it('resumes a turn as soon as sound comes, and takes it for nearly over once a silence', () => {
    const { told } = play(2000, { words: [...hello, ['sir', 920, 1200]] });
    expect(told.slice(1)).toEqual([
      '850 EagerEndOfTurn hello there',
      '940 TurnResumed hello there',
      '1350 EagerEndOfTurn hello there sir',
      '1550 EndOfTurn hello there sir',
    ]);
  });

  it('takes a cough for a resumption, and ends the turn after it', () => {
    const { told } = play(2000, { words: hello, noise: [[900, 1000]] });
    expect(told.slice(1).map((line) => line.split(' ')[1])).toEqual([
      'EagerEndOfTurn',
      'TurnResumed',
      'EagerEndOfTurn',
      'EndOfTurn',
    ]);
  });

  it('ends a turn when only noise follows for too long', () => {
    const { told } = play(4000, { words: hello, noise: [[700, 4000]] }, { timeoutMs: 1500 });
    expect(told.at(-1)).toBe('2200 EndOfTurn hello there');
  });

  it('takes the end for near in the middle of the speech when it is told to, once a turn', () => {
    const words: Scene['words'] = [...hello, ['sir', 720, 900]];
    const { told } = play(2000, { words }, { falseEagerEndAfter: () => 2 });
    expect(told).toEqual([
      '400 StartOfTurn hello',
      '700 EagerEndOfTurn hello there',
      '900 TurnResumed hello there sir',
      '1050 EagerEndOfTurn hello there sir',
      '1250 EndOfTurn hello there sir',
    ]);
  });

  it('tells no eager ends where none are asked for', () => {
    const { told } = play(2000, { words: hello }, { eagerEndMs: null, falseEagerEndAfter: () => 2 });
    expect(told.map((line) => line.split(' ')[1])).toEqual(['StartOfTurn', 'EndOfTurn']);
  });

  it('ends a running turn on request, and nothing else', () => {
    const { recogniser } = play(700, { words: hello });
    expect(recogniser.finish()).toMatchObject([{ event: 'EndOfTurn', turn: 0, windowStartMs: 0 }]);
    expect(recogniser.finish()).toEqual([]);
  });
});
