import { FakeClock } from '@parley/kernel';
import { Journal } from '../journal';
import type { TranscriberEntries } from '../journal';
import { transcriberNoise } from '../script/script';
import { NoisyHearing } from './noisy-hearing';

const TURNS = 1000;

function hearing(given: object | undefined, session = 1) {
  const journal = new Journal<TranscriberEntries>({ clock: new FakeClock() });
  const noise = given && transcriberNoise.parse(given);
  return { noisy: new NoisyHearing(noise, session, journal), journal };
}

function drawAll(noisy: NoisyHearing) {
  return Array.from({ length: TURNS }, (_, turn) => ({
    words: noisy.falseEagerEndAfter(turn),
    revises: noisy.revisesWord(turn, 3),
    lateMs: noisy.finalDelayMs(turn),
    delayMs: noisy.messageDelayMs(),
  }));
}

describe('NoisyHearing', () => {
  it('errs as often as it is told to', () => {
    const drawn = drawAll(hearing({ revisedWords: 0.2, lateFinals: 0.1 }).noisy);
    const part = (holds: (one: (typeof drawn)[number]) => boolean) => drawn.filter(holds).length / TURNS;
    expect(part(({ words }) => words !== null)).toBeCloseTo(0.3, 1);
    expect(part(({ revises }) => revises)).toBeCloseTo(0.2, 1);
    expect(part(({ lateMs }) => lateMs === 400)).toBeCloseTo(0.1, 1);
    expect(new Set(drawn.map(({ words }) => words))).toEqual(new Set([null, 2, 3, 4]));
    const delays = drawn.map(({ delayMs }) => delayMs).toSorted((a, b) => a - b);
    expect(delays[0]).toBeGreaterThan(0);
    expect(delays[TURNS / 2]).toBeGreaterThan(25);
    expect(delays[TURNS / 2]).toBeLessThan(35);
    // exp(0.6 × 1.645) × 30 ms
    expect(delays[TURNS * 0.95]).toBeGreaterThan(70);
    expect(delays[TURNS * 0.95]).toBeLessThan(92);
  });

  it('errs the same way with the same seed, and differently in another session or with another seed', () => {
    const drawn = drawAll(hearing({ seed: 7 }).noisy);
    expect(drawAll(hearing({ seed: 7 }).noisy)).toEqual(drawn);
    expect(drawAll(hearing({ seed: 8 }).noisy)).not.toEqual(drawn);
    expect(drawAll(hearing({ seed: 7 }, 2).noisy)).not.toEqual(drawn);
  });

  it('does not err without noise', () => {
    const { noisy, journal } = hearing(undefined);
    expect(new Set(drawAll(noisy).map((one) => JSON.stringify(one)))).toEqual(
      new Set(['{"words":null,"revises":false,"lateMs":0,"delayMs":0}']),
    );
    expect(journal.after(0)).toEqual([]);
  });

  it('leaves its errors in the journal', () => {
    const { noisy, journal } = hearing({ revisedWords: 1, lateFinals: 1 }, 3);
    noisy.noteFalseEagerEnd(0);
    noisy.revisesWord(0, 1);
    noisy.finalDelayMs(1);
    expect(journal.after(0)).toMatchObject([
      { kind: 'noise', session: 3, error: 'false_eager_end', turn: 0 },
      { kind: 'noise', session: 3, error: 'revised_word', turn: 0 },
      { kind: 'noise', session: 3, error: 'late_final', turn: 1 },
    ]);
  });
});
