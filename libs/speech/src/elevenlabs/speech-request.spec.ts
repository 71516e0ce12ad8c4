import type { VoiceSettings } from '@parley/conversation';
import { speechRequest } from './speech-request';

const defaults = { apiKey: 'deployment', voiceId: 'standard', modelId: 'eleven_flash_v2_5' };
const voice: VoiceSettings = {
  provider: 'eleven_labs',
  voiceId: null,
  model: null,
  apiKey: null,
  dials: {},
  language: 'en',
};

describe('speechRequest', () => {
  it('fills what the voice leaves open', () => {
    const request = speechRequest('Hi.', voice, defaults);
    expect(request.path).toBe('/v1/text-to-speech/standard/stream?output_format=ulaw_8000');
    expect(request.headers['xi-api-key']).toBe('deployment');
    expect(JSON.parse(request.body)).toEqual({
      text: 'Hi.',
      model_id: 'eleven_flash_v2_5',
      language_code: 'en',
    });
  });

  it("takes the voice's own key, id, model and dials", () => {
    const dials = {
      stability: 0.5,
      similarity_boost: 0.7,
      speed: 1.1,
      use_speaker_boost: true,
      optimize_streaming_latency: 3,
      experimental_input_streaming: true,
      style: 'loud',
    };
    const own = { ...voice, voiceId: 'a/b', model: 'eleven_multilingual_v2', apiKey: 'own', dials };
    const request = speechRequest('Hi.', own, defaults);
    expect(request.path).toBe(
      '/v1/text-to-speech/a%2Fb/stream?output_format=ulaw_8000&optimize_streaming_latency=3',
    );
    expect(request.headers['xi-api-key']).toBe('own');
    expect(JSON.parse(request.body)).toEqual({
      text: 'Hi.',
      model_id: 'eleven_multilingual_v2',
      voice_settings: { stability: 0.5, similarity_boost: 0.7, speed: 1.1, use_speaker_boost: true },
    });
  });
});
