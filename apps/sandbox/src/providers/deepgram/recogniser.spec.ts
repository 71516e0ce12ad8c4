import type { HeardEvent } from '../../voice';
import { Recognised, Recogniser, RecogniserOptions } from './recogniser';

const defaults: RecogniserOptions = {
  interimResults: true,
  interimEveryMs: 250,
  endpointingMs: 300,
  utteranceEndMs: 1000,
  falseEndAfterWords: null,
};
const STEP_MS = 20;

/** Events that become known when so much audio was heard. */
type Scene = readonly (readonly [number, HeardEvent])[];

const word = (text: string, startMs: number, endMs: number) =>
  [endMs, { kind: 'word', word: text, startMs, endMs }] as const;
const onset = (atMs: number) => [atMs + 20, { kind: 'onset', atMs }] as const;
const silence = (atMs: number) => [atMs + 200, { kind: 'silence', atMs }] as const;

/** Plays `audioMs` of audio in 20 ms frames; each answer stands with the audio time at which it came. */
function play(audioMs: number, scene: Scene, options: Partial<RecogniserOptions> = {}) {
  let nowMs = 0;
  let next = 0;
  const source = {
    push: (): HeardEvent[] => {
      const events: HeardEvent[] = [];
      for (let due = scene[next]; due && due[0] <= nowMs; due = scene[++next]) events.push(due[1]);
      return events;
    },
  };
  const recogniser = new Recogniser({ ...defaults, ...options }, source);
  const told: { atMs: number; one: Recognised }[] = [];
  while (nowMs < audioMs) {
    nowMs += STEP_MS;
    for (const one of recogniser.push(new Int16Array(STEP_MS * 8))) told.push({ atMs: nowMs, one });
  }
  return { told, recogniser };
}

function results(told: readonly { atMs: number; one: Recognised }[]) {
  return told.flatMap(({ atMs, one }) =>
    one.type === 'results' ? [{ atMs, ...one, text: one.words.map((heard) => heard.word).join(' ') }] : [],
  );
}

const sentence: Scene = [onset(100), word('hello', 100, 400), word('there', 420, 700), silence(700)];

describe('Recogniser', () => {
  it('tells the onset, growing interims, the end of the turn, and the end of the utterance', () => {
    const { told } = play(2000, sentence);
    const started = told.find(({ one }) => one.type === 'speech_started');
    expect(started).toMatchObject({ atMs: 120, one: { atMs: 100 } });
    const spoken = results(told).filter(({ text }) => text !== '');
    expect(spoken.map(({ text, isFinal }) => [text, isFinal])).toEqual([
      ['hello', false],
      ['hello there', false],
      ['hello there', true],
    ]);
    expect(spoken[2]).toMatchObject({ speechFinal: true, atMs: 1000, startMs: 0, durationMs: 1000 });
    const ended = told.filter(({ one }) => one.type === 'utterance_ended');
    expect(ended).toEqual([{ atMs: 1700, one: { type: 'utterance_ended', lastWordEndMs: 700 } }]);
  });

  it('ends no turn within a pause that is shorter than asked for', () => {
    const scene: Scene = [...sentence, onset(950), word('sir', 950, 1200), silence(1200)];
    const finals = results(play(2000, scene).told).filter(({ isFinal }) => isFinal);
    expect(finals.map(({ text, atMs }) => [text, atMs])).toEqual([['hello there sir', 1500]]);
  });

  it('sends results every second, though nobody speaks, and settles them every five', () => {
    const told = results(play(11_000, []).told);
    expect(told.map(({ atMs, isFinal }) => [atMs, isFinal])).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((s) => [s * 1000, s % 5 === 0]),
    );
    expect(told.every(({ text }) => text === '')).toBe(true);
  });

  it('settles a long speech in parts, and ends its turn once', () => {
    const words = Array.from({ length: 16 }, (_, i) => word(`w${i}`, 400 * i + 100, 400 * i + 400));
    const finals = results(play(8000, [onset(100), ...words, silence(6400)]).told).filter(
      ({ isFinal }) => isFinal,
    );
    expect(finals.slice(0, 2).map(({ speechFinal }) => speechFinal)).toEqual([false, true]);
    expect(
      finals
        .map(({ text }) => text)
        .join(' ')
        .trim()
        .split(' '),
    ).toHaveLength(16);
    expect(finals[1]).toMatchObject({ startMs: 5100, atMs: 6700 });
  });

  it('leaves a damaged word out', () => {
    const scene: Scene = [
      onset(100),
      word('one', 100, 300),
      [600, { kind: 'damaged', startMs: 320, endMs: 600 }],
      word('three', 620, 900),
      silence(900),
    ];
    const finals = results(play(2000, scene).told).filter(({ isFinal }) => isFinal);
    expect(finals.map(({ text }) => text)).toEqual(['one three']);
  });

  it('ends a turn too early when it is told to, and the rest later', () => {
    const scene: Scene = [
      onset(0),
      word('a', 0, 200),
      word('b', 220, 400),
      word('c', 420, 600),
      silence(600),
    ];
    const finals = results(play(2000, scene, { falseEndAfterWords: 2 }).told).filter(
      ({ isFinal }) => isFinal,
    );
    expect(finals.map(({ text, speechFinal }) => [text, speechFinal])).toEqual([
      ['a b', true],
      ['c', true],
    ]);
  });

  it('does only what it was asked for', () => {
    const off = { interimResults: false, endpointingMs: null, utteranceEndMs: null };
    expect(results(play(4000, sentence, off).told)).toEqual([]);
  });

  it('settles what it has on request', () => {
    const { recogniser } = play(700, sentence);
    expect(recogniser.finalize()).toMatchObject([
      { words: [{ word: 'hello' }, { word: 'there' }], isFinal: true, speechFinal: true, fromFinalize: true },
    ]);
    expect(recogniser.finalize()).toMatchObject([{ words: [] }]);
  });
});
