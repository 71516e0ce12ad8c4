import type { TranscriberEvent } from '@parley/conversation';
import { z } from 'zod';

const seconds = z.number().nonnegative();

const results = z.object({
  type: z.literal('Results'),
  start: seconds,
  duration: seconds,
  is_final: z.boolean().default(false),
  speech_final: z.boolean().default(false),
  channel: z.object({
    alternatives: z
      .array(z.object({ transcript: z.string(), words: z.array(z.object({ end: seconds })).default([]) }))
      .min(1),
  }),
});
const message = z.discriminatedUnion('type', [
  results,
  z.object({ type: z.literal('SpeechStarted'), timestamp: seconds }),
  // -1 when no word was heard before it.
  z.object({ type: z.literal('UtteranceEnd'), last_word_end: z.number() }),
]);
const anyMessage = z.object({ type: z.string() });

/** A message that says something about the audio; times in seconds of this connection's audio. */
export type DeepgramMessage = z.output<typeof message>;

/**
 * Reads one text frame of `/v1/listen`. `other`: a message that says nothing about the audio (`Metadata`, or one of a
 * kind added later). Undefined: not a message at all.
 */
export function parseDeepgramMessage(text: string): DeepgramMessage | 'other' | undefined {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = message.safeParse(given);
  if (parsed.success) return parsed.data;
  const { data } = anyMessage.safeParse(given);
  if (!data || data.type === 'Results') return undefined;
  return 'other';
}

/** End of the audio that a final result settled, in seconds of this connection's audio. */
export function settledUntil(result: DeepgramMessage): number | undefined {
  return result.type === 'Results' && result.is_final ? result.start + result.duration : undefined;
}

/**
 * Turns Deepgram's messages into the events of a conversation. Deepgram repeats empty results while nobody speaks;
 * those are dropped, but for one that takes back words or ends a turn whose words came before it.
 */
export class MessageTranslator {
  private interimShown = false;
  private turnOpen = false;

  /** `offsetMs`: where this connection's audio begins in the whole of the audio. */
  translate(given: DeepgramMessage, offsetMs: number): TranscriberEvent | undefined {
    const ms = (s: number) => Math.round(offsetMs + s * 1000);
    switch (given.type) {
      case 'SpeechStarted':
        return { type: 'speech_started', atMs: ms(given.timestamp) };
      case 'UtteranceEnd':
        this.turnOpen = false;
        return { type: 'utterance_ended', lastWordEndMs: ms(Math.max(0, given.last_word_end)) };
      case 'Results':
        return this.translateResults(given, ms);
    }
  }

  private translateResults(
    given: z.output<typeof results>,
    ms: (s: number) => number,
  ): TranscriberEvent | undefined {
    const best = given.channel.alternatives[0];
    const text = best?.transcript.trim() ?? '';
    const says = text !== '' || this.interimShown;
    if (!given.is_final) {
      this.interimShown = text !== '';
      return says ? { type: 'interim', text } : undefined;
    }
    const endsTurn = given.speech_final && (this.turnOpen || text !== '');
    this.interimShown = false;
    this.turnOpen = !given.speech_final && (this.turnOpen || text !== '');
    if (!says && !endsTurn) return undefined;
    const endMs = ms(best?.words.at(-1)?.end ?? given.start + given.duration);
    return { type: 'final', text, endOfTurn: given.speech_final, endMs };
  }
}
