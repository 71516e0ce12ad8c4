import type { VoiceSettings } from '@parley/conversation';
import type { SpeechRequest } from '../synthesis/http-synthesizer';
import { numberDial } from '../synthesis/own-voice';

/** The deployment's own voice, for what the agent's leaves open. */
export interface RimeDefaults {
  readonly apiKey: string;
  readonly speaker: string;
  readonly modelId: string;
}

/** Rime's speakers before Coda are those of this model; it has taken the place of `mist` and `v1`. */
const MIST = 'mistv2';
const succeeded: ReadonlySet<string> = new Set(['mist', 'v1']);
/** The Mist models name languages by three letters. */
const mistLanguages: Readonly<Record<string, string>> = { en: 'eng', es: 'spa', fr: 'fra', de: 'ger' };

/**
 * The request for `text` as headerless µ-law at 8 kHz. The dial `speed_alpha` is Rime's: above 1 is slower.
 * @see https://docs.rime.ai/api-reference/mistv2/http
 */
export function rimeRequest(text: string, voice: VoiceSettings, defaults: RimeDefaults): SpeechRequest {
  const modelId = modelOf(voice, defaults);
  const speed = numberDial(voice, 'speed_alpha', 0.1, 10);
  const isMist = modelId.startsWith('mist');
  const lang = isMist ? mistLanguages[voice.language] : voice.language;
  return {
    path: '/v1/rime-tts',
    headers: {
      authorization: `Bearer ${voice.apiKey ?? defaults.apiKey}`,
      'content-type': 'application/json',
      accept: 'audio/PCMU',
    },
    body: JSON.stringify({
      text,
      speaker: voice.voiceId ?? defaults.speaker,
      modelId,
      ...(lang && { lang }),
      samplingRate: 8000,
      // The other models call it a factor of time, and have it the same way round.
      ...(speed !== undefined && { [isMist ? 'speedAlpha' : 'timeScaleFactor']: speed }),
      ...(modelId === MIST && { reduceLatency: true }),
    }),
  };
}

function modelOf(voice: VoiceSettings, defaults: RimeDefaults): string {
  if (voice.model !== null) return succeeded.has(voice.model) ? MIST : voice.model;
  return voice.voiceId === null ? defaults.modelId : MIST;
}
