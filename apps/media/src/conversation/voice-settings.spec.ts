import { SecretBox } from '@parley/secrets';
import { testSpec } from '../testing/test-call';
import { voiceSettings } from './voice-settings';

const secrets = SecretBox.fromKeys(`k1:${Buffer.alloc(32, 1).toString('base64')}`);
const eleven = testSpec().agent.voice;
const { id, user_id } = eleven;
const binding = { userId: user_id, resource: 'voices', id, field: 'api_key' };
const given = (voice: object, voices: readonly string[] = ['openai', 'eleven_labs', 'azure', 'rime']) =>
  voiceSettings(testSpec({ voice: { id, user_id, ...voice } as typeof eleven }), secrets, voices);

test.each([
  [
    {
      ...eleven,
      voice_id: 'v1',
      model_id: 'eleven_turbo_v2_5',
      stability: 0.5,
      similarity_boost: 0.7,
      optimize_streaming_latency: 3,
      experimental_input_streaming: true,
    },
    {
      provider: 'eleven_labs',
      voiceId: 'v1',
      model: 'eleven_turbo_v2_5',
      dials: {
        stability: 0.5,
        similarity_boost: 0.7,
        optimize_streaming_latency: 3,
        experimental_input_streaming: true,
      },
    },
  ],
  [
    { ...eleven },
    { provider: 'eleven_labs', voiceId: 'v1', model: null, dials: { experimental_input_streaming: false } },
  ],
  [
    { type: 'voice_azure', voice_name: 'en-US-SteffanNeural', pitch: 0, rate: 15 },
    { provider: 'azure', voiceId: 'en-US-SteffanNeural', model: null, dials: { pitch: 0, rate: 15 } },
  ],
  [
    { type: 'voice_rime', speaker: 'cove', speed_alpha: 0.9, model_id: 'mist' },
    { provider: 'rime', voiceId: 'cove', model: 'mist', dials: { speed_alpha: 0.9 } },
  ],
  [
    { type: 'voice_rime', speaker: 'cove', speed_alpha: null, model_id: null },
    { provider: 'rime', voiceId: 'cove', model: null, dials: {} },
  ],
])('%j is given as it is set', (voice, wanted) => {
  expect(given(voice)).toEqual({ voice: { ...wanted, apiKey: null, language: 'en' }, problem: null });
});

test('opens its own key, sealed to its row, and needs none of the deployment then', () => {
  const api_key = secrets.seal('own-key', binding);
  expect(given({ ...eleven, api_key }, ['azure'])).toMatchObject({
    voice: { provider: 'eleven_labs', apiKey: 'own-key' },
    problem: null,
  });
});

test('whose key was sealed elsewhere speaks with the deployment’s', () => {
  const api_key = secrets.seal('own-key', { ...binding, id: 'another' });
  const { voice, problem } = given({ ...eleven, api_key });
  expect(voice).toMatchObject({ provider: 'eleven_labs', voiceId: 'v1', apiKey: null });
  expect(problem).toContain('cannot be opened');
  expect(given({ ...eleven, api_key }, ['azure']).voice.provider).toBe('azure');
});

test.each([
  [{ type: 'voice_vocode', voice_id: 'joe' }, ['azure', 'rime']],
  [{ type: 'voice_play_ht', voice_id: 'x', api_key: 'sealed' }, ['azure', 'eleven_labs']],
  [{ type: 'voice_rime', speaker: 'cove', speed_alpha: 1, model_id: null }, ['azure', 'eleven_labs']],
  [{ ...eleven }, ['azure']],
])('%j of a provider that is not here is the deployment’s own, and that is said', (voice, voices) => {
  expect(given(voice, voices)).toEqual({
    voice: { provider: 'azure', voiceId: null, model: null, apiKey: null, dials: {}, language: 'en' },
    problem: expect.stringContaining((voice as { type: string }).type),
  });
});

test('the voice of an agent that names none may be anyone’s, and that is no news', () => {
  const { voice, problem } = given({ ...eleven, voice_id: '21m00Tcm4TlvDq8ikWAM' }, ['azure']);
  expect(voice).toMatchObject({ provider: 'azure', voiceId: null });
  expect(problem).toBeNull();
});
