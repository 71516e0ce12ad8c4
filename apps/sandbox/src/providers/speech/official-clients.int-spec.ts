import { DeepgramClient } from '@deepgram/sdk';
import { ElevenLabsClient } from '@elevenlabs/elevenlabs-js';
import { Resampler, encodeMulaw } from '@parley/audio';
import OpenAI from 'openai';
import type { FaultSettings } from '../../faults';
import type { ModelEntries, TranscriberEntries, VoiceEntries } from '../../journal';
import { createVoice } from '../../voice';
import { DeepgramProvider } from '../deepgram/deepgram-provider';
import { deepgramSpeech } from '../deepgram/deepgram-speech';
import { ElevenLabsProvider } from '../elevenlabs/elevenlabs-provider';
import { OpenAiProvider } from '../openai/openai-provider';
import { openAiSpeech } from '../openai/openai-speech';
import { KEY, providerOptions } from '../testing/provider-bench';
import { Peer, wordsIn } from '../testing/voice-bench';
import { SpeechDesk } from './speech-desk';

/**
 * The vendors' own clients against the sandbox: they must find nothing amiss. Azure's speaks over a WebSocket that is
 * not used here, and Rime has none.
 */
const TEXT = 'Sure, for how many people?';
const WORDS = ['sure', 'for', 'how', 'many', 'people'];
const voice = createVoice();
let peer: Peer;

async function start(make: (desk: SpeechDesk) => Peer, faults: FaultSettings): Promise<string> {
  peer = make(new SpeechDesk({ ...providerOptions<VoiceEntries>(faults), voice }));
  return `http://127.0.0.1:${await peer.start()}`;
}

afterEach(() => peer.close());

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('ElevenLabs’ client', () => {
  const stable = (stability: number) =>
    ({
      text: TEXT,
      modelId: 'eleven_flash_v2_5',
      outputFormat: 'ulaw_8000',
      voiceSettings: { stability },
    }) as const;

  async function client(apiKey = KEY, faults: FaultSettings = {}): Promise<ElevenLabsClient> {
    const make = (desk: SpeechDesk) =>
      new ElevenLabsProvider({ ...providerOptions<VoiceEntries>(), desk, apiKey: KEY });
    return new ElevenLabsClient({ apiKey, baseUrl: await start(make, faults), maxRetries: 0 });
  }

  it('streams speech', async () => {
    const stream = await (await client()).textToSpeech.stream('ada', stable(0.5));
    expect(wordsIn(await bytesOf(stream))).toEqual(WORDS);
  });

  it.each([
    ['wrong', 0.5, {}, 401, { detail: { status: 'invalid_api_key' } }],
    [KEY, 0.5, { voice: { status: 429 } }, 429, { detail: { status: 'too_many_concurrent_requests' } }],
    [KEY, 7, {}, 422, { detail: [{ loc: ['body', 'voice_settings', 'stability'] }] }],
  ])('understands what it is refused with: %s %s %j', async (key, stability, faults, statusCode, body) => {
    const { textToSpeech } = await client(key, faults);
    await expect(textToSpeech.stream('ada', stable(stability))).rejects.toMatchObject({ statusCode, body });
  });
});

describe('OpenAI’s client', () => {
  const request = { model: 'gpt-4o-mini-tts', voice: 'alloy', input: TEXT, response_format: 'pcm' } as const;

  async function client(apiKey = KEY, faults: FaultSettings = {}): Promise<OpenAI> {
    const make = (desk: SpeechDesk) =>
      new OpenAiProvider({
        ...providerOptions<ModelEntries>(),
        routes: [desk.route('POST', '/v1/audio/speech', openAiSpeech, KEY)],
      });
    const baseURL = `${await start(make, faults)}/v1`;
    return new OpenAI({ apiKey, baseURL, maxRetries: 0, logLevel: 'off' });
  }

  it('gets samples at 24 kHz', async () => {
    const answer = await (
      await client()
    ).audio.speech.create({ ...request, instructions: 'Be calm.', speed: 1 });
    const bytes = await answer.arrayBuffer();
    const resampler = new Resampler({ fromHz: 24_000 });
    expect(wordsIn(encodeMulaw(resampler.push(new Int16Array(bytes))))).toEqual(WORDS);
  });

  it.each([
    ['wrong', {}, {}, { status: 401, code: 'invalid_api_key' }],
    [KEY, { voice: { status: 429 } }, {}, { status: 429, code: 'rate_limit_exceeded' }],
    [KEY, {}, { voice: 'nobody' }, { status: 400, param: 'voice', type: 'invalid_request_error' }],
    [KEY, {}, { input: '' }, { status: 400, param: 'input' }],
  ])('understands what it is refused with: %s %j %j', async (key, faults, wrong, error) => {
    const { audio } = await client(key, faults);
    await expect(audio.speech.create({ ...request, ...wrong })).rejects.toMatchObject(error);
  });
});

describe('Deepgram’s client', () => {
  const request = {
    text: TEXT,
    model: 'aura-2-thalia-en',
    encoding: 'mulaw',
    sample_rate: 8000,
    container: 'none',
  } as const;

  async function client(apiKey = KEY, faults: FaultSettings = {}): Promise<DeepgramClient> {
    const make = (desk: SpeechDesk) =>
      new DeepgramProvider({
        ...providerOptions<TranscriberEntries>(),
        routes: [desk.route('POST', '/v1/speak', deepgramSpeech, KEY)],
      });
    const base = await start(make, faults);
    const environment = { base, production: base, agent: base, agentRest: base };
    return new DeepgramClient({ apiKey, environment, maxRetries: 0 });
  }

  it('gets speech', async () => {
    const answer = await (await client()).speak.v1.audio.generate(request);
    expect(wordsIn(new Uint8Array(await answer.arrayBuffer()))).toEqual(WORDS);
  });

  it.each([
    ['wrong', {}, {}, 401, 'INVALID_AUTH'],
    [KEY, { voice: { status: 429 } }, {}, 429, 'TOO_MANY_REQUESTS'],
    [KEY, {}, { model: 'nobody' as 'aura-2-thalia-en' }, 400, 'Bad Request'],
  ])('understands what it is refused with: %s %j %j', async (key, faults, wrong, statusCode, err_code) => {
    const { speak } = await client(key, faults);
    const answer = speak.v1.audio.generate({ ...request, ...wrong });
    await expect(answer).rejects.toMatchObject({ statusCode, body: { err_code } });
  });
});
