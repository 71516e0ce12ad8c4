import type { VoiceSettings } from '@parley/conversation';
import { AppError } from '@parley/kernel';
import { z } from 'zod';
import { jsonField, refusalError } from '../synthesis/speech-errors';
import { statusOf } from './elevenlabs-errors';
import { takesLanguage, VoiceDefaults, voiceSettings } from './speech-request';
import type { Alignment } from './word-times';

/** The longest that ElevenLabs keeps a socket on which nothing is said. */
export const INACTIVITY_S = 180;

const numbers = z.array(z.number());
const alignment = z
  .object({
    chars: z.array(z.string()),
    charStartTimesMs: numbers,
    charsDurationsMs: numbers.optional(),
    charDurationsMs: numbers.optional(),
  })
  .transform(({ chars, charStartTimesMs, charsDurationsMs, charDurationsMs }) => ({
    chars,
    startsMs: charStartTimesMs,
    durationsMs: charsDurationsMs ?? charDurationsMs ?? [],
  }));
const message = z.object({
  contextId: z.string().nullish(),
  context_id: z.string().nullish(),
  audio: z.string().nullish(),
  // An alignment in another shape is none; the audio is what matters.
  alignment: alignment.nullish().catch(null),
  isFinal: z.boolean().nullish(),
  is_final: z.boolean().nullish(),
  error: z.string().nullish().catch(null),
});

/** What ElevenLabs says on a socket; `contextId` null: it concerns the whole socket. */
export interface ContextMessage {
  readonly contextId: string | null;
  readonly mulaw: Uint8Array | null;
  readonly alignment: Alignment | null;
  readonly isFinal: boolean;
  readonly error: string | null;
}

/** Undefined for what is no message of theirs. */
export function readMessage(text: string): ContextMessage | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const given = message.safeParse(json).data;
  if (!given) return undefined;
  return {
    contextId: given.contextId ?? given.context_id ?? null,
    mulaw: given.audio ? Buffer.from(given.audio, 'base64') : null,
    alignment: given.alignment ?? null,
    isFinal: given.isFinal ?? given.is_final ?? false,
    error: given.error ?? null,
  };
}

/** Which socket speaks a voice: all utterances with the same one may share it. */
export interface SocketAddress {
  /** Behind the base URL's own path. */
  readonly path: string;
  readonly apiKey: string;
}

export function socketAddress(voice: VoiceSettings, defaults: VoiceDefaults): SocketAddress {
  const modelId = voice.model ?? defaults.modelId;
  const query = new URLSearchParams({
    model_id: modelId,
    output_format: 'ulaw_8000',
    auto_mode: 'true',
    sync_alignment: 'true',
    inactivity_timeout: String(INACTIVITY_S),
    ...(takesLanguage(modelId) && { language_code: voice.language }),
  });
  const voiceId = encodeURIComponent(voice.voiceId ?? defaults.voiceId);
  return {
    path: `/v1/text-to-speech/${voiceId}/multi-stream-input?${query.toString()}`,
    apiKey: voice.apiKey ?? defaults.apiKey,
  };
}

/**
 * All that is said to have one text spoken in a context of its own: opened, given the whole text, told to speak it now,
 * and closed: what was to be spoken is still spoken after that, and its end is told only then.
 */
export function contextMessages(contextId: string, text: string, voice: VoiceSettings): string[] {
  const settings = voiceSettings(voice);
  return [
    { text: ' ', context_id: contextId, ...(settings && { voice_settings: settings }) },
    { text: `${text.trimEnd()} `, context_id: contextId, flush: true },
    { context_id: contextId, close_context: true },
  ].map((said) => JSON.stringify(said));
}

/** Translates an error that came on an open socket; it has a name, but no status. */
export function contextError(name: string): AppError {
  return refusalError('ElevenLabs', { status: statusOf(name) ?? 500, reason: name });
}

/** Why a socket was closed: a name, or JSON with one, or nothing of use. */
export function closeReason(reason: string): string | undefined {
  const named = jsonField(reason, (json) => message.safeParse(json).data?.error ?? undefined);
  return named ?? (/^[a-z_]{1,80}$/.test(reason) ? reason : undefined);
}
