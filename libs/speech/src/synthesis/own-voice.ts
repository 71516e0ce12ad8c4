import type { VoiceSettings } from '@parley/conversation';

/**
 * The voice as the provider named `provider` may see it: whole when it is the provider's own, else only its language,
 * so that a voice may be handed to whoever speaks in another's stead, and no key goes to another vendor.
 */
export function ownVoice(voice: VoiceSettings, provider: string): VoiceSettings {
  if (voice.provider === provider) return voice;
  return { provider, voiceId: null, model: null, apiKey: null, dials: {}, language: voice.language };
}

/** A dial that is a number within these bounds; beyond them, the bound. Undefined when it is not set. */
export function numberDial(voice: VoiceSettings, name: string, min: number, max: number): number | undefined {
  const value = voice.dials[name];
  if (typeof value !== 'number' || Number.isNaN(value)) return undefined;
  return Math.min(max, Math.max(min, value));
}
