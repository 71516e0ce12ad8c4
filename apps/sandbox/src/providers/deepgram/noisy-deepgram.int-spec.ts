import { encodeMulaw } from '@parley/audio';
import type { Transcriber } from '@parley/conversation';
import { createLogger } from '@parley/observability';
import { DeepgramFluxTranscriber, DeepgramTranscriber } from '@parley/speech';
import { TranscriptionRecord } from '@parley/speech/testing';
import type { TranscriberEntries } from '../../journal';
import { createVoice } from '../../voice';
import { KEY, providerOptions } from '../testing/provider-bench';
import { DeepgramProvider } from './deepgram-provider';

const logger = createLogger({ service: 'test', level: 'silent' });
const options = {
  language: 'en',
  keywords: {},
  endpointingMs: 300,
  sensitivity: 'auto' as const,
  tellsEagerEnds: true,
};
const turns = ['i need a table for two', 'at noon on friday please', 'no thank you that is all'];
const SILENCE_MS = 1500;

/** What a noisy Deepgram told of the turns, and which errors are in its journal. */
async function hear(noise: object, adapter: (baseUrl: string) => Transcriber) {
  const bench = providerOptions<TranscriberEntries>({}, { delays: { transcriber: { noise } } });
  const provider = new DeepgramProvider(bench);
  const record = new TranscriptionRecord();
  const session = adapter(`ws://127.0.0.1:${await provider.start()}`).open(options, record);
  const voice = createVoice();
  for (const turn of turns) {
    const audio = Buffer.concat([
      encodeMulaw((await voice.speak(turn)).samples),
      Buffer.alloc(SILENCE_MS * 8, 0xff),
    ]);
    // About twenty times as fast as it is spoken.
    for (let at = 0; at < audio.length; at += 800) {
      session.send(audio.subarray(at, at + 800));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
  const ends = () => record.finals.filter(({ endOfTurn }) => endOfTurn).length;
  await record.until(({ failures }) => ends() === turns.length || failures.length > 0);
  await session.close();
  await provider.close();
  const errors = bench.journal
    .after(0)
    .filter(({ kind }) => kind === 'noise')
    .map((line) => `${String(line['error'])} ${String(line['turn'])}`);
  const told = record.events.map((event) => `${event.type} ${'text' in event ? event.text : ''}`.trim());
  return { told, errors, words: record.words.join(' '), failures: record.failures };
}

const flux = (baseUrl: string) => new DeepgramFluxTranscriber({ apiKey: KEY, baseUrl, logger });
const v1 = (baseUrl: string) => new DeepgramTranscriber({ apiKey: KEY, baseUrl, logger });
const delay = { medianMs: 1, sigma: 0.6 };
const always = { falseEagerEnds: 1, revisedWords: 0, lateFinals: 1, lateFinalMs: 30, delay };

describe('a noisy Deepgram', () => {
  it('takes turns for nearly over in the middle (Flux), and tells every word in the end', async () => {
    const { told, errors, words, failures } = await hear(always, flux);
    expect(failures).toEqual([]);
    expect(words).toBe(turns.join(' '));
    const first = told.slice(0, told.findIndex((line) => line.startsWith('final')) + 1);
    expect(first.filter((line) => /^(eager|turn_res|final)/.test(line))).toEqual([
      expect.stringMatching(/^eager_end_of_turn I need( a( table)?)?\.$/),
      'turn_resumed',
      'eager_end_of_turn I need a table for two.',
      'final I need a table for two.',
    ]);
    expect(errors.filter((line) => line.startsWith('false_eager_end'))).toHaveLength(3);
    expect(errors.filter((line) => line.startsWith('late_final'))).toHaveLength(3);
  });

  it('settles parts of turns too early (v1), and tells every word in the end', async () => {
    const { errors, words, failures } = await hear(always, v1);
    expect(failures).toEqual([]);
    expect(words).toBe(turns.join(' '));
    expect(errors.filter((line) => line.startsWith('false_eager_end'))).toHaveLength(3);
  });

  it.each([
    ['Flux', flux],
    ['v1', v1],
  ])('revises words before they are final (%s)', async (_name, adapter) => {
    const { told, words } = await hear({ falseEagerEnds: 0, revisedWords: 1, delay }, adapter);
    expect(words).toBe(turns.join(' '));
    expect(told.some((line) => /^interim .*hmm/i.test(line))).toBe(true);
  });

  it('errs the same way again with the same seed', async () => {
    const noise = { seed: 5, revisedWords: 0.5, delay };
    const [once, again] = [await hear(noise, flux), await hear(noise, flux)];
    expect(again).toEqual(once);
    expect(once.errors.length).toBeGreaterThan(0);
    expect((await hear({ ...noise, seed: 6 }, flux)).errors).not.toEqual(once.errors);
  });
});
