import { decodeMulaw } from '@parley/audio';
import type { FaultSettings } from '../../faults';
import type { VoiceEntries } from '../../journal';
import { createVoice, Voice, WordListener } from '../../voice';
import { KEY, lineOf, providerOptions } from '../testing/provider-bench';
import { SpeechDesk } from '../speech/speech-desk';
import { ElevenLabsProvider } from './elevenlabs-provider';

const TEXT = 'Sure, for how many people?';

describe('ElevenLabsProvider', () => {
  let spoken: string[];
  let options: ReturnType<typeof providerOptions<VoiceEntries>>;
  let provider: ElevenLabsProvider;
  let base: string;

  async function start(faults: FaultSettings = {}): Promise<void> {
    const real = createVoice();
    spoken = [];
    const voice: Voice = {
      speak: (text) => {
        spoken.push(text);
        return real.speak(text);
      },
    };
    options = providerOptions<VoiceEntries>(faults, { delays: { voice: { firstByteMs: 5 } } });
    provider = new ElevenLabsProvider({ ...options, desk: new SpeechDesk({ ...options, voice }) });
    base = `http://127.0.0.1:${await provider.start()}/v1/text-to-speech/ada`;
  }

  function ask(body: unknown, query = '?output_format=ulaw_8000', key = KEY): Promise<Response> {
    const headers = { 'xi-api-key': key, 'content-type': 'application/json' };
    return fetch(`${base}/stream${query}`, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  async function wordsOf(response: Response): Promise<string[]> {
    const mulaw = new Uint8Array(await response.arrayBuffer());
    return new WordListener()
      .push(decodeMulaw(mulaw))
      .flatMap((event) => (event.kind === 'word' ? [event.word] : []));
  }

  afterEach(() => provider.close());

  it('speaks µ-law whose words can be read, and synthesises each text once', async () => {
    await start();
    const answers = await Promise.all([ask({ text: TEXT }), ask({ text: TEXT }), ask({ text: TEXT })]);
    for (const answer of answers)
      expect(await wordsOf(answer)).toEqual(['sure', 'for', 'how', 'many', 'people']);
    expect(spoken).toEqual([TEXT]);
    const line = await lineOf(options.journal, 'speech');
    expect(line).toMatchObject({ text: TEXT, words: ['sure', 'for', 'how', 'many', 'people'] });
  });

  it.each([
    [{ text: TEXT }, undefined, 'wrong', 401, { detail: { status: 'invalid_api_key' } }],
    [
      { text: TEXT },
      '?output_format=mp3_44100_128',
      KEY,
      400,
      { detail: { status: 'unsupported_output_format' } },
    ],
    [{}, undefined, KEY, 422, { detail: [{ loc: ['body', 'text'], type: 'missing' }] }],
    [
      { text: TEXT, voice_settings: { speed: 3 } },
      undefined,
      KEY,
      422,
      { detail: [{ loc: ['body', 'voice_settings', 'speed'] }] },
    ],
  ])('refuses %j %s %s as the real one does', async (body, query, key, status, answer) => {
    await start();
    const response = await ask(body, query, key);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject(answer);
    expect(await lineOf(options.journal, 'refused')).toMatchObject({ status });
  });

  it.each(['mute', 'garbage'] as const)('%s: as long as the speech, without a word', async (fault) => {
    await start({ voice: { [fault]: { times: 1 } } });
    const faulty = new Uint8Array(await (await ask({ text: TEXT })).arrayBuffer());
    const whole = new Uint8Array(await (await ask({ text: TEXT })).arrayBuffer());
    expect(faulty).toHaveLength(whole.length);
    const words = new WordListener().push(decodeMulaw(faulty)).filter((event) => event.kind === 'word');
    expect(words).toEqual([]);
    expect(await lineOf(options.journal, 'fault')).toMatchObject({ fault });
  });
});
