import { decodeMulaw, encodeMulaw } from '@parley/audio';

import { encodeWord } from './word-code';
import { HeardEvent, WordListener } from './word-listener';

const wordsOf = (events: HeardEvent[]) =>
  events.flatMap((event) => (event.kind === 'word' ? [event.word] : []));

test('reads words that follow each other at any place, after µ-law', () => {
  const samples = new Int16Array(12_000);
  const hello = encodeWord('hello', 3000);
  samples.set(hello, 337);
  samples.set(encodeWord('café'), 337 + hello.length);
  const events = new WordListener().push(decodeMulaw(encodeMulaw(samples)));
  expect(wordsOf(events)).toEqual(['hello', 'café']);
});
