import { z } from 'zod';
import { parseVendorMessage } from '../listening/vendor-message';

const seconds = z.number().nonnegative();

const turnInfo = z.object({
  type: z.literal('TurnInfo'),
  event: z.enum(['Update', 'StartOfTurn', 'EagerEndOfTurn', 'TurnResumed', 'EndOfTurn']),
  audio_window_start: seconds,
  audio_window_end: seconds,
  transcript: z.string(),
  words: z
    .array(z.object({ word: z.string(), start: seconds.optional(), end: seconds.optional() }))
    .default([]),
});
const fatalError = z.object({
  type: z.literal('Error'),
  code: z.string(),
  description: z.string().default(''),
});
const message = z.discriminatedUnion('type', [turnInfo, fatalError]);

/** How a turn stands; times in seconds of the connection's audio. */
export type TurnInfo = z.output<typeof turnInfo>;
export type FluxMessage = z.output<typeof message>;

/**
 * Reads one text frame of `/v2/listen`. `other`: a message that says nothing about the audio (`Connected`, answers to
 * `Configure`, kinds and events added later). Undefined: not a message at all.
 */
export function parseFluxMessage(text: string): FluxMessage | 'other' | undefined {
  return parseVendorMessage(text, message, (type) => type === 'Error');
}
