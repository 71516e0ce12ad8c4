import { createVoice } from './voice';
import { WordListener } from './word-listener';

test('a voice of tones alone says words that a listener reads, where it says they are', async () => {
  const { samples, words } = await createVoice().speak("Hello, I'd like a table at 3:30. — Ünïcode?");
  expect(words.map(({ word }) => word)).toEqual([
    'hello',
    "i'd",
    'like',
    'a',
    'table',
    'at',
    '3:30',
    'ünïcode',
  ]);
  const heard = new WordListener().push(samples).filter((event) => event.kind === 'word');
  expect(heard.map(({ word }) => word)).toEqual(words.map(({ word }) => word));
  heard.forEach((event, i) => {
    expect(Math.abs(event.startMs - words[i]!.startMs)).toBeLessThan(2);
    expect(Math.abs(event.endMs - words[i]!.endMs)).toBeLessThan(2);
  });
});

test('speaks about as fast as a person', async () => {
  const text = 'hello there i would like to book a table for four people tomorrow evening if you have one';
  const { samples, words } = await createVoice().speak(text);
  const wordsPerMinute = (words.length * 60 * 8000) / samples.length;
  expect(wordsPerMinute).toBeGreaterThan(150);
  expect(wordsPerMinute).toBeLessThan(200);
});

test('text without a word is no speech', async () => {
  expect(await createVoice().speak(' … -- ?! ')).toEqual({ samples: new Int16Array(0), words: [] });
});
