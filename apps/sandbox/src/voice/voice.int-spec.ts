import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import { decodeMulaw, encodeMulaw, resampleTo8k } from '@parley/audio';

import { corpus } from './testing/corpus';
import { createVoice, VoiceOptions } from './voice';
import { WordListener } from './word-listener';

const espeakPath = ['/usr/bin/espeak-ng', '/usr/local/bin/espeak-ng', '/opt/homebrew/bin/espeak-ng'].find(
  existsSync,
);
/** Without espeak-ng the same is asked of tones alone. */
const spoken: VoiceOptions = espeakPath === undefined ? {} : { espeakPath };
const text =
  "Hello, I'd like to reserve a table for four people tomorrow evening at 7:30. Thank you, goodbye! " +
  'She sells sea shells; six thick thistle sticks, fish and chips.';

const readingOf = (samples: Int16Array) =>
  new WordListener().push(samples).flatMap((event) => {
    if (event.kind === 'word') return [event.word];
    return event.kind === 'damaged' ? ['!'] : [];
  });

test.each([
  ['as it is', 1],
  ['10 dB louder', 3.16],
  ['10 dB softer', 0.316],
])('words are read out of speech, after µ-law, %s', async (_name, gain) => {
  const { samples, words } = await createVoice(spoken).speak(text);
  const changed = samples.map((sample) => Math.max(-32768, Math.min(32767, Math.round(sample * gain))));
  expect(readingOf(decodeMulaw(encodeMulaw(changed)))).toEqual(words.map(({ word }) => word));
  expect(Math.max(...samples.map(Math.abs))).toBeLessThan(0.32 * 32768);
});

test('words of all kinds are read, low voice and high', async () => {
  const some = corpus.filter((_, i) => i % 4 === 0);
  for (const options of [
    { pitch: 20, voiceName: 'en-gb' },
    { pitch: 85, voiceName: 'en-us+f3' },
  ]) {
    const { samples, words } = await createVoice({ ...spoken, ...options }).speak(some.join(' '));
    expect(words.map(({ word }) => word)).toEqual(some);
    expect(readingOf(decodeMulaw(encodeMulaw(samples)))).toEqual(some);
  }
});

test('a program that is missing or fails costs the speech, not the words, and is told once', async () => {
  for (const broken of ['/nowhere/espeak-ng', process.execPath]) {
    const errors: string[] = [];
    const voice = createVoice({ espeakPath: broken, onSpeechLost: ({ code }) => errors.push(code) });
    expect(readingOf((await voice.speak('two words')).samples)).toEqual(['two', 'words']);
    expect(errors).toEqual(['VOICE.ESPEAK_FAILED']);
  }
});

test('speech without codes says nothing', () => {
  if (espeakPath === undefined) return;
  const run = spawnSync(espeakPath, ['--stdin', '--stdout'], {
    input: `${text} ${corpus.join(' ')}`.repeat(2),
    maxBuffer: 50_000_000,
  });
  const pcm = new Int16Array(
    run.stdout.buffer.slice(run.stdout.byteOffset + 44, run.stdout.byteOffset + run.stdout.length),
  );
  const samples = resampleTo8k(pcm, 22_050);
  expect(samples.length).toBeGreaterThan(8000 * 60);
  expect(readingOf(decodeMulaw(encodeMulaw(samples)))).toEqual([]);
});
