import { loadSettings } from '@parley/observability';
import { mediaSettings } from '../settings';
import { orderProblems, providerOrder } from './provider-order';

const key = Buffer.alloc(32, 7).toString('base64');
const always = {
  NATS_URL: 'nats://127.0.0.1:4222',
  PUBLIC_MEDIA_URL: 'wss://voice.example.com',
  MEDIA_TOKEN_KEY: key,
  SECRETS_KEYS: `k1:${key}`,
  TWILIO_AUTH_TOKEN: 't',
};
const load = (env: Record<string, string>) => loadSettings(mediaSettings, { ...always, ...env });

describe('the order of providers', () => {
  test('a key of OpenAI alone plays all three roles', () => {
    expect(providerOrder(load({ OPENAI_API_KEY: 'o' }))).toEqual({
      transcribers: ['openai'],
      voices: ['openai'],
      models: [{ provider: 'openai', model: null }],
    });
  });

  test('is made up of the keys that are set', () => {
    const keys = {
      OPENAI_API_KEY: 'o',
      DEEPGRAM_API_KEY: 'd',
      ELEVENLABS_API_KEY: 'e',
      RIME_API_KEY: 'r',
      AZURE_SPEECH_KEY: 'a',
      AZURE_SPEECH_REGION: 'westeurope',
      AZURE_OPENAI_API_KEY: 'z',
      AZURE_OPENAI_BASE_URL: 'https://name.openai.azure.com',
      AZURE_OPENAI_MODEL: 'mine',
    };
    const { transcribers, voices, models } = providerOrder(load(keys));
    expect(transcribers).toEqual(['deepgram_flux', 'deepgram', 'azure', 'openai']);
    expect(voices).toEqual(['eleven_labs', 'azure', 'rime', 'deepgram', 'openai']);
    expect(models.map(({ provider }) => provider)).toEqual(['openai', 'azure']);
  });

  test('is the one that is set, where one is', () => {
    const lists = { TRANSCRIBERS: 'openai, deepgram', VOICES: 'deepgram', MODELS: 'openai:gpt-4o,openai' };
    expect(providerOrder(load({ OPENAI_API_KEY: 'o', DEEPGRAM_API_KEY: 'd', ...lists }))).toEqual({
      transcribers: ['openai', 'deepgram'],
      voices: ['deepgram'],
      models: [
        { provider: 'openai', model: 'gpt-4o' },
        { provider: 'openai', model: null },
      ],
    });
  });

  test('leaves a server at OPENAI_BASE_URL out of the speech that others do', () => {
    const server = { OPENAI_API_KEY: 'o', OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' };
    const { transcribers, voices } = providerOrder(load({ ...server, DEEPGRAM_API_KEY: 'd' }));
    expect(transcribers).toEqual(['deepgram_flux', 'deepgram']);
    expect(voices).toEqual(['deepgram']);
    expect(providerOrder(load(server)).voices).toEqual(['openai']);
  });

  test('each role that nobody plays is one clear line', () => {
    expect(linesOf(() => load({ ELEVENLABS_API_KEY: 'e' }))).toEqual([
      'There is no transcriber: set DEEPGRAM_API_KEY or AZURE_SPEECH_KEY or OPENAI_API_KEY.',
      'There is no model: set OPENAI_API_KEY or AZURE_OPENAI_API_KEY.',
    ]);
  });

  test('a name without what it needs is told, with what to set', () => {
    const settings = { VOICES: ['azure', 'rime'], OPENAI_API_KEY: 'o', AZURE_SPEECH_KEY: 'a' } as const;
    expect(orderProblems(settings).map(({ message }) => message)).toEqual([
      'VOICES names azure: set AZURE_SPEECH_REGION or AZURE_SPEECH_TTS_URL too.',
      'VOICES names rime: set RIME_API_KEY too.',
    ]);
  });

  test.each([
    ['VOICES', 'eleven_labs,elevenlabs'],
    ['VOICES', 'azure,azure'],
    ['TRANSCRIBERS', 'deepgram,'],
    ['MODELS', 'gpt-4o'],
  ])('%s=%s is refused by name', (name, value) => {
    const [line] = linesOf(() => load({ OPENAI_API_KEY: 'o', [name]: value }));
    expect(line).toMatch(new RegExp(`^${name} is wrong: `));
  });
});

function linesOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    return (error as { details: { lines: string[] } }).details.lines;
  }
  throw new Error('was taken');
}
