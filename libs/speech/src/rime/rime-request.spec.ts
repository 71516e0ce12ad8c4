import type { VoiceSettings } from '@parley/conversation';
import { rimeRequest } from './rime-request';

const defaults = { apiKey: 'deployment', speaker: 'astra', modelId: 'coda' };
const voice: VoiceSettings = {
  provider: 'rime',
  voiceId: null,
  model: null,
  apiKey: null,
  dials: {},
  language: 'en',
};
const bodyOf = (own: Partial<VoiceSettings>) =>
  JSON.parse(rimeRequest('Hi.', { ...voice, ...own }, defaults).body) as unknown;

test('the deployment’s own voice', () => {
  const { path, headers } = rimeRequest('Hi.', voice, defaults);
  expect(path).toBe('/v1/rime-tts');
  expect(headers).toMatchObject({ authorization: 'Bearer deployment', accept: 'audio/PCMU' });
  expect(bodyOf({})).toEqual({
    text: 'Hi.',
    speaker: 'astra',
    modelId: 'coda',
    lang: 'en',
    samplingRate: 8000,
  });
});

test.each(['mist', 'v1', 'mistv2', null])('a speaker with the model %s', (model) => {
  expect(bodyOf({ voiceId: 'cove', model, dials: { speed_alpha: 0.9 } })).toEqual({
    text: 'Hi.',
    speaker: 'cove',
    modelId: 'mistv2',
    lang: 'eng',
    samplingRate: 8000,
    speedAlpha: 0.9,
    reduceLatency: true,
  });
});

test('a model that has another name for the speed, and knows every language', () => {
  const own = { voiceId: 'astra', model: 'coda', dials: { speed_alpha: 1.2 }, language: 'ja' };
  expect(bodyOf(own)).toMatchObject({ modelId: 'coda', lang: 'ja', timeScaleFactor: 1.2 });
  expect(bodyOf(own)).not.toHaveProperty('reduceLatency');
  expect(bodyOf({ voiceId: 'cove', language: 'ja' })).not.toHaveProperty('lang');
});
