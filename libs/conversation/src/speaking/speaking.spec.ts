import { asksForTurn } from '../interrupting/barge-in';
import { heardText } from './heard-text';
import { languageFacts } from '../languages';
import { actionForPhrase } from '../acting/phrase-triggers';
import { plainSpeech } from './plain-speech';
import {
  audioSent,
  cleared,
  markExpectedAtMs,
  markReturned,
  markSent,
  playedMs,
  silentPlayout,
} from './playout';
import type { ConversationAction } from '../settings';

test.each([
  ['**Bold**, *soft* and _quiet_ words', 'Bold, soft and quiet words'],
  ['# Title\n- one\n- two', 'Title one two'],
  ['See [the menu](https://a.b/c(d)) now', 'See the menu now'],
  ['Visit https://a.b/c?d=e, or www.x.y.', 'Visit, or.'],
  ['Great 👍🏽 👨‍👩‍👧 job!', 'Great job!'],
  ['Use `code` here', 'Use code here'],
  ['Press * or # now, it is 3 * 4', 'Press * or # now, it is 3 * 4'],
  ['snake_case stays, 5% and $3.20 too', 'snake_case stays, 5% and $3.20 too'],
  ['😀', ''],
  ['...', ''],
])('plain speech of %j is %j', (text, plain) => {
  expect(plainSpeech(text)).toBe(plain);
});

describe('heard text', () => {
  test('ends at a word, by the share that was played', () => {
    expect(heardText('one two three four', 0, 1_000)).toBe('');
    expect(heardText('one two three four', 500, 1_000)).toBe('one two');
    expect(heardText('one two three four', 640, 1_000)).toBe('one two three');
    expect(heardText('one two three four', 1_000, 1_000)).toBe('one two three four');
  });

  test('of a script without spaces', () => {
    expect(heardText('ありがとうございます', 500, 1_000)).toBe('ありがとう');
  });
});

describe('play-out', () => {
  test('moves on with time and stops where the audio ends', () => {
    const playout = audioSent(silentPlayout, 400, 1_000);
    expect(playedMs(playout, 1_100)).toBe(100);
    expect(playedMs(playout, 9_000)).toBe(400);
  });

  test('starts anew after it ran dry', () => {
    const playout = audioSent(audioSent(silentPlayout, 400, 1_000), 300, 5_000);
    expect(playedMs(playout, 5_100)).toBe(500);
  });

  test('believes a mark more than the clock', () => {
    const [marked, mark] = markSent(audioSent(silentPlayout, 400, 1_000), 1_000);
    expect(markExpectedAtMs(marked)).toBe(1_400);
    const late = markReturned(audioSent(marked, 600, 1_100), mark.name, 1_600);
    expect(playedMs(late, 1_700)).toBe(500);
    expect(markReturned(late, 'unknown', 9_999)).toBe(late);
  });

  test('forgets what was cleared', () => {
    const [marked] = markSent(audioSent(silentPlayout, 400, 1_000), 1_000);
    const after = cleared(marked, 1_150);
    expect(playedMs(after, 9_000)).toBe(150);
    expect(markExpectedAtMs(after)).toBeNull();
  });
});

describe('phrases', () => {
  const action = (...phrases: string[]): ConversationAction => ({
    type: 'action_end_conversation',
    id: 'a',
    trigger: { by: 'phrase', phrases },
  });

  test.each([
    ['I’m transferring you — now!', "I'm transferring you", true],
    ['GOODBYE, then.', 'goodbye', true],
    ['Take the bypass.', 'bye', false],
    ['またね。さようなら。', 'さようなら', true],
    ['Nothing.', '!?', false],
  ])('%j, for %j: %s', (heard, phrase, found) => {
    expect(actionForPhrase([action(phrase)], heard) !== undefined).toBe(found);
  });
});

describe('asking for the turn', () => {
  const over = {
    sensitivity: 'low',
    language: languageFacts('en'),
    asked: false,
    greeting: false,
    farewell: false,
    unfinished: false,
  } as const;

  test('a phrase is judged when it is complete', () => {
    expect(asksForTurn('I', { ...over, unfinished: true })).toBe(false);
    expect(asksForTurn('I', over)).toBe(true);
    expect(asksForTurn('I want', { ...over, unfinished: true })).toBe(true);
  });

  test('punctuation and case do not matter', () => {
    expect(asksForTurn('Mm-hm.', over)).toBe(false);
    expect(asksForTurn("That's right!", over)).toBe(false);
    expect(asksForTurn('STOP!', over)).toBe(true);
  });

  test('a question makes short answers count, but no hesitation', () => {
    expect(asksForTurn('yes', { ...over, asked: true })).toBe(true);
    expect(asksForTurn('um', { ...over, asked: true })).toBe(false);
  });

  test.each(['en', 'es', 'de', 'hi', 'pt', 'fr', 'nl', 'id', 'it', 'ja', 'ko'])(
    '%s has its own words',
    (code) => {
      const { backchannels, stops, sentences } = languageFacts(code);
      expect(backchannels.size).toBeGreaterThan(5);
      expect(stops.size).toBeGreaterThan(3);
      expect([...stops].filter((word) => backchannels.has(word))).toEqual([]);
      expect(Object.values(sentences).every((sentence: string) => sentence.length > 4)).toBe(true);
      if (code !== 'en') expect(sentences).not.toEqual(languageFacts('en').sentences);
    },
  );

  test('a region is no other language, and an unknown one is English', () => {
    expect(languageFacts('de-CH')).toBe(languageFacts('de'));
    expect(languageFacts('xx')).toBe(languageFacts('en'));
  });
});
