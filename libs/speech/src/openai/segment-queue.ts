import type { TranscriberEvent } from '@parley/conversation';
import type { Reading } from '../listening/vendor-wire';

/** A stretch of speech between two silences, which OpenAI transcribes by itself. */
interface Segment {
  readonly id: string;
  /** Where its speech begins; null: it was cut on request, and its beginning was never told. */
  readonly startMs: number | null;
  endMs: number | null;
  text: string;
  /** Its text will not change any more: transcribed, or given up. */
  isDone: boolean;
}

/** More segments than this behind one that is not transcribed: it never will be. */
const MOST_WAITING = 2;

/**
 * Puts the segments' transcripts in the order in which they were spoken: they may be finished in any. Times are ms of
 * the connection's audio.
 */
export class SegmentQueue {
  private segments: Segment[] = [];
  private speaking: Segment | undefined;
  private shown = '';

  get isIdle(): boolean {
    return this.segments.length === 0;
  }

  get isSpeaking(): boolean {
    return this.speaking !== undefined;
  }

  speechStarted(id: string, startMs: number): Reading {
    this.speaking = { id, startMs, endMs: null, text: '', isDone: false };
    this.segments.push(this.speaking);
    return { events: [{ type: 'speech_started', atMs: startMs }] };
  }

  /** Silence has lasted long enough; the segment goes to be transcribed. `endMs`: where its speech ended. */
  speechStopped(id: string, endMs: number): Reading {
    const segment = this.segments.find((one) => one.id === id);
    if (segment) segment.endMs = Math.max(endMs, segment.startMs ?? 0);
    if (this.speaking?.id === id) this.speaking = undefined;
    return {};
  }

  /** Audio was cut off as a segment, by silence or on request. */
  committed(id: string, endMs: number): Reading {
    const known = this.segments.find((one) => one.id === id);
    if (!known) this.segments.push({ id, startMs: null, endMs, text: '', isDone: false });
    else known.endMs ??= endMs;
    if (this.speaking?.id === id) this.speaking = undefined;
    return {};
  }

  /** More of a segment's words. */
  delta(id: string, delta: string): Reading {
    const segment = this.segments.find((one) => one.id === id);
    if (!segment || segment.isDone) return {};
    segment.text += delta;
    return { events: this.show() };
  }

  /** A segment's words are whole; null: there are none but those that were told already. */
  completed(id: string, transcript: string | null): Reading {
    const segment = this.segments.find((one) => one.id === id);
    if (!segment || segment.isDone) return {};
    segment.text = (transcript ?? segment.text).trim();
    segment.isDone = true;
    return this.release();
  }

  /** See `VendorWire.lost`. Where single words are is not known: of a segment that cannot be heard again whole, all that is known is settled. */
  settle(untilMs: number): Reading {
    const events: TranscriberEvent[] = [];
    let settledMs: number | undefined;
    for (const { startMs, endMs, text } of this.segments) {
      if (text.trim() === '' || (startMs ?? 0) >= untilMs) continue;
      settledMs = endMs ?? untilMs;
      events.push({ type: 'final', text: text.trim(), endOfTurn: false, endMs: settledMs });
    }
    this.segments = [];
    this.speaking = undefined;
    this.shown = '';
    return { events, ...(settledMs !== undefined && { settledMs }) };
  }

  private release(): Reading {
    const events: TranscriberEvent[] = [];
    let settledMs: number | undefined;
    for (let head = this.segments[0]; head; head = this.segments[0]) {
      const isStuck = this.segments.filter(({ isDone }) => isDone).length > MOST_WAITING;
      if (!head.isDone && !isStuck) break;
      this.segments.shift();
      const endMs = head.endMs ?? head.startMs ?? 0;
      settledMs = endMs;
      const text = head.text.trim();
      if (text === '') continue;
      // Whoever has begun to speak again did not end a turn with these words.
      const goesOn = this.segments.length > 0;
      events.push({ type: 'final', text, endOfTurn: goesOn ? false : null, endMs });
      this.shown = '';
    }
    return { events: [...events, ...this.show()], ...(settledMs !== undefined && { settledMs }) };
  }

  /** The interim of all that waits, if it changed. */
  private show(): TranscriberEvent[] {
    const text = this.segments
      .map((segment) => segment.text.trim())
      .filter(Boolean)
      .join(' ');
    if (text === this.shown) return [];
    this.shown = text;
    return [{ type: 'interim', text }];
  }
}
