import type { TranscriberEvent } from '@parley/conversation';
import type { AppError } from '@parley/kernel';
import { z } from 'zod';
import { endedSession, refusedKey, rejected, tooMany } from '../listening/transcriber-errors';
import type { Reading } from '../listening/vendor-wire';
import type { UspMessage } from './usp-frames';

const ticks = z.number().nonnegative();
const startDetected = z.object({ Offset: ticks });
const hypothesis = z.object({ Text: z.string(), Offset: ticks, Duration: ticks });
const phrase = z.object({
  RecognitionStatus: z.string(),
  DisplayText: z.string().optional(),
  Offset: ticks.default(0),
  Duration: ticks.default(0),
  NBest: z.array(z.object({ Display: z.string() })).default([]),
});

/** These say that nobody spoke, or nothing was understood; or that the audio has ended. */
const emptyStatuses = new Set(['NoMatch', 'InitialSilenceTimeout', 'BabbleTimeout', 'EndOfDictation']);
const TICKS_PER_MS = 10_000;

/** Turns Azure's messages into the events of a conversation, with times of the audio of their turn in Azure's sense. */
export class PhraseTranslator {
  private started = false;
  private shown: { readonly text: string; readonly startMs: number; readonly endMs: number } | undefined;

  get isIdle(): boolean {
    return this.shown === undefined && !this.started;
  }

  /** Undefined: the body is not what its path promises. */
  translate({ path, body }: UspMessage): Reading | undefined {
    const given = parseJson(body);
    switch (path) {
      case 'speech.startdetected': {
        const { success, data } = startDetected.safeParse(given);
        return success ? { events: this.start(data.Offset / TICKS_PER_MS) } : undefined;
      }
      case 'speech.hypothesis':
      case 'speech.fragment': {
        const { success, data } = hypothesis.safeParse(given);
        return success ? this.hypothesis(data) : undefined;
      }
      case 'speech.phrase': {
        const { success, data } = phrase.safeParse(given);
        return success ? this.phrase(data) : undefined;
      }
      default:
        return {};
    }
  }

  /** See `VendorWire.lost`. Azure tells no times of single words: of a phrase that cannot be heard again whole, all that is known is settled. */
  settle(untilMs: number): Reading {
    const { shown } = this;
    this.shown = undefined;
    this.started = false;
    if (!shown || shown.text === '' || shown.startMs >= untilMs) return {};
    const { text, endMs } = shown;
    return { events: [{ type: 'final', text, endOfTurn: false, endMs }], settledMs: endMs };
  }

  /** Azure tells the start of speech once a turn of its own; each phrase after the first begins with its first words. */
  private start(atMs: number): TranscriberEvent[] {
    if (this.started) return [];
    this.started = true;
    return [{ type: 'speech_started', atMs }];
  }

  private hypothesis({ Text, Offset, Duration }: z.output<typeof hypothesis>): Reading {
    const startMs = Offset / TICKS_PER_MS;
    const events = this.start(startMs);
    if (Text !== this.shown?.text) events.push({ type: 'interim', text: Text });
    this.shown = { text: Text, startMs, endMs: startMs + Duration / TICKS_PER_MS };
    return { events };
  }

  private phrase(given: z.output<typeof phrase>): Reading {
    const { RecognitionStatus: status } = given;
    if (status !== 'Success' && !emptyStatuses.has(status)) return { error: phraseError(status) };
    const text = (given.DisplayText ?? given.NBest[0]?.Display ?? '').trim();
    const endMs = (given.Offset + given.Duration) / TICKS_PER_MS;
    const takesBack = this.shown !== undefined && this.shown.text !== '';
    const startMs = given.Offset / TICKS_PER_MS;
    const events = text === '' ? [] : this.start(startMs);
    this.started = false;
    this.shown = undefined;
    if (status === 'Success' && text !== '') events.push({ type: 'final', text, endOfTurn: null, endMs });
    else if (takesBack) events.push({ type: 'interim', text: '' });
    return { events, ...(status !== 'EndOfDictation' && { settledMs: endMs }) };
  }
}

function phraseError(status: string): AppError {
  const vendor = 'Azure Speech';
  const details = { status: status.slice(0, 100) };
  if (status === 'Forbidden') return refusedKey(vendor, details);
  if (status === 'TooManyRequests') return tooMany(vendor, details);
  if (status === 'BadRequest') return rejected(vendor, details);
  return endedSession(vendor, details);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
