import { defaultVoiceParams } from '@parley/contracts';
import type { CallSpec } from '@parley/contracts';
import type { VoiceSettings } from '@parley/conversation';
import type { SecretBox } from '@parley/secrets';

/** The voice that a call is spoken with, and what of the agent's own this deployment cannot give. */
export interface GivenVoice {
  readonly voice: VoiceSettings;
  readonly problem: string | null;
}

type AgentVoice = CallSpec['agent']['voice'];
/** A voice in its provider's terms, the secret still sealed. */
type KnownVoice = Pick<VoiceSettings, 'provider' | 'voiceId' | 'model' | 'dials'>;

/**
 * The agent's voice, its secret opened; or the deployment's own, when the agent's provider is none of `voices`: those
 * that this deployment has a key of, its default first. A voice with a key of its own needs none of the deployment.
 */
export function voiceSettings(
  { agent }: { readonly agent: Pick<CallSpec['agent'], 'voice' | 'language'> },
  secrets: SecretBox,
  voices: readonly string[],
): GivenVoice {
  const { voice, language } = agent;
  const usual = {
    provider: voices[0] ?? 'none',
    voiceId: null,
    model: null,
    apiKey: null,
    dials: {},
    language,
  };
  const known = knownVoice(voice);
  if (known === null) return { voice: usual, problem: notSpoken(voice) };
  const apiKey = ownKey(voice, secrets);
  if (typeof apiKey !== 'string' && !voices.includes(known.provider))
    return { voice: usual, problem: isNobodysChoice(voice) ? null : notSpoken(voice) };
  const problem =
    apiKey === undefined ? "The voice's own key cannot be opened: the deployment's is used." : null;
  return { voice: { ...known, apiKey: apiKey ?? null, language }, problem };
}

/** None for a provider whose service is gone. */
function knownVoice(voice: AgentVoice): KnownVoice | null {
  switch (voice.type) {
    case 'voice_eleven_labs': {
      const { stability, similarity_boost, optimize_streaming_latency, experimental_input_streaming } = voice;
      const dials = { stability, similarity_boost, optimize_streaming_latency, experimental_input_streaming };
      return known('eleven_labs', voice.voice_id, voice.model_id, dials);
    }
    case 'voice_azure':
      return known('azure', voice.voice_name, null, { pitch: voice.pitch, rate: voice.rate });
    case 'voice_rime':
      return known('rime', voice.speaker, voice.model_id, { speed_alpha: voice.speed_alpha });
    case 'voice_play_ht':
    case 'voice_vocode':
      return null;
  }
}

function known(
  provider: string,
  voiceId: string,
  model: string | null,
  given: Readonly<Record<string, number | boolean | null>>,
): KnownVoice {
  const dials = Object.entries(given).filter((dial): dial is [string, number | boolean] => dial[1] !== null);
  return { provider, voiceId, model, dials: Object.fromEntries(dials) };
}

/** Null when the voice has no key; undefined when it has one that cannot be opened. */
function ownKey(voice: AgentVoice, secrets: SecretBox): string | null | undefined {
  if (!('api_key' in voice) || voice.api_key === null) return null;
  try {
    const binding = { userId: voice.user_id, resource: 'voices', id: voice.id, field: 'api_key' };
    return secrets.open(voice.api_key, binding);
  } catch {
    return undefined;
  }
}

/** An agent that names no voice is given this one: the deployment's own does as well. */
function isNobodysChoice(voice: AgentVoice): boolean {
  return (
    voice.type === 'voice_eleven_labs' &&
    defaultVoiceParams.type === voice.type &&
    voice.voice_id === defaultVoiceParams.voice_id &&
    voice.api_key === null
  );
}

function notSpoken(voice: AgentVoice): string {
  return `${voice.type} is not spoken here: the deployment's own voice is used.`;
}
