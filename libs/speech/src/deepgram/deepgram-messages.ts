import type { TranscriberEvent } from '@parley/conversation';
import { z } from 'zod';
import type { Reading } from '../listening/vendor-wire';
import { parseVendorMessage } from '../listening/vendor-message';

const seconds = z.number().nonnegative();

const timedWord = z.object({
  word: z.string(),
  punctuated_word: z.string().optional(),
  start: seconds,
  end: seconds,
});

const results = z.object({
  type: z.literal('Results'),
  start: seconds,
  duration: seconds,
  is_final: z.boolean().default(false),
  speech_final: z.boolean().default(false),
  channel: z.object({
    alternatives: z.array(z.object({ transcript: z.string(), words: z.array(timedWord).default([]) })).min(1),
  }),
});
const message = z.discriminatedUnion('type', [
  results,
  z.object({ type: z.literal('SpeechStarted'), timestamp: seconds }),
  // -1 when no word was heard before it.
  z.object({ type: z.literal('UtteranceEnd'), last_word_end: z.number() }),
]);

interface TimedWord {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** A message that says something about the audio; times in seconds of this connection's audio. */
export type DeepgramMessage = z.output<typeof message>;

/**
 * Reads one text frame of `/v1/listen`. `other`: a message that says nothing about the audio (`Metadata`, or one of a
 * kind added later). Undefined: not a message at all.
 */
export function parseDeepgramMessage(text: string): DeepgramMessage | 'other' | undefined {
  return parseVendorMessage(text, message, (type) => type === 'Results');
}

/** End of the audio that a final result settled, in seconds of this connection's audio. */
export function settledUntil(result: DeepgramMessage): number | undefined {
  return result.type === 'Results' && result.is_final ? result.start + result.duration : undefined;
}

/**
 * Turns Deepgram's messages into the events of a conversation, with times of their connection's audio. Deepgram
 * repeats empty results while nobody speaks; those are dropped, but for one that takes back words or ends a turn whose
 * words came before it.
 */
export class MessageTranslator {
  private shown: readonly TimedWord[] | undefined;
  private turnOpen = false;
  private lastWordEndMs = 0;

  /** Nobody speaks, as far as was told. */
  get isIdle(): boolean {
    return this.shown === undefined && !this.turnOpen;
  }

  /** A new connection: what comes is told from its beginning. The turn goes on. */
  restart(): void {
    this.shown = undefined;
    this.lastWordEndMs = 0;
  }

  /** The words of the running segment that begin before `untilMs`, as a segment of their own; see `VendorWire.lost`. */
  settle(untilMs: number): Reading {
    const words = (this.shown ?? []).filter(({ startMs }) => startMs < untilMs);
    const last = words.at(-1);
    if (!last) return {};
    this.turnOpen = true;
    const text = words.map((word) => word.text).join(' ');
    return {
      events: [{ type: 'final', text, endOfTurn: false, endMs: last.endMs }],
      settledMs: last.endMs,
    };
  }

  translate(given: DeepgramMessage): TranscriberEvent | undefined {
    switch (given.type) {
      case 'SpeechStarted':
        return { type: 'speech_started', atMs: ms(given.timestamp) };
      case 'UtteranceEnd':
        this.turnOpen = false;
        return {
          type: 'utterance_ended',
          lastWordEndMs: given.last_word_end < 0 ? this.lastWordEndMs : ms(given.last_word_end),
        };
      case 'Results':
        return this.translateResults(given);
    }
  }

  private translateResults(given: z.output<typeof results>): TranscriberEvent | undefined {
    const best = given.channel.alternatives[0];
    const text = best?.transcript.trim() ?? '';
    const says = text !== '' || this.shown !== undefined;
    if (!given.is_final) {
      this.shown = text === '' ? undefined : best?.words.map(timed);
      return says ? { type: 'interim', text } : undefined;
    }
    const endsTurn = given.speech_final && (this.turnOpen || text !== '');
    this.shown = undefined;
    this.turnOpen = !given.speech_final && (this.turnOpen || text !== '');
    if (!says && !endsTurn) return undefined;
    const lastWord = best?.words.at(-1);
    if (lastWord) this.lastWordEndMs = ms(lastWord.end);
    else if (text !== '') this.lastWordEndMs = ms(given.start + given.duration);
    return { type: 'final', text, endOfTurn: given.speech_final, endMs: this.lastWordEndMs };
  }
}

function ms(s: number): number {
  return Math.round(s * 1000);
}

function timed({ word, punctuated_word, start, end }: z.output<typeof timedWord>): TimedWord {
  return { text: punctuated_word ?? word, startMs: ms(start), endMs: ms(end) };
}
