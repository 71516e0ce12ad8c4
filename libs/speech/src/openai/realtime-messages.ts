import { z } from 'zod';
import { parseVendorMessage } from '../listening/vendor-message';

const item = z.string().min(1);
const ms = z.number().nonnegative();
const failure = z.object({
  type: z.string().nullish(),
  code: z.string().nullish(),
  message: z.string().nullish(),
});

const message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('input_audio_buffer.speech_started'), audio_start_ms: ms, item_id: item }),
  z.object({ type: z.literal('input_audio_buffer.speech_stopped'), audio_end_ms: ms, item_id: item }),
  z.object({ type: z.literal('input_audio_buffer.committed'), item_id: item }),
  z.object({
    type: z.literal('conversation.item.input_audio_transcription.delta'),
    item_id: item,
    delta: z.string().default(''),
  }),
  z.object({
    type: z.literal('conversation.item.input_audio_transcription.completed'),
    item_id: item,
    transcript: z.string(),
  }),
  z.object({
    type: z.literal('conversation.item.input_audio_transcription.failed'),
    item_id: item,
    error: failure,
  }),
  z.object({ type: z.literal('session.updated') }),
  z.object({ type: z.literal('error'), error: failure }),
]);
const read = new Set<string>(message.options.map((option) => option.shape.type.value));

export type RealtimeMessage = z.output<typeof message>;
export type RealtimeFailure = z.output<typeof failure>;

/**
 * Reads one text frame of a transcription session. `other`: a message that says nothing of use (`session.created`,
 * `conversation.item.added`, kinds added later). Undefined: not a message at all.
 */
export function parseRealtimeMessage(text: string): RealtimeMessage | 'other' | undefined {
  return parseVendorMessage(text, message, (type) => read.has(type));
}
