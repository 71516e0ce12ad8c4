import type { TranscriberEvent } from '@parley/conversation';
import type { Reading } from '../listening/vendor-wire';
import type { TurnInfo } from './flux-messages';

/** Turns Flux' reports of a turn into the events of a conversation, with times of their connection's audio. */
export class TurnTranslator {
  /** The last report of the running turn. */
  private turn: TurnInfo | undefined;
  private shown = '';
  private looksOver = false;
  /** Words of the running turn were settled before its end, on an earlier connection. */
  private settledBefore = false;

  /** On this connection: the end of a turn whose words were settled before is never told here, unless it goes on. */
  get isIdle(): boolean {
    return this.turn === undefined;
  }

  translate(given: TurnInfo): Reading {
    const events: TranscriberEvent[] = [];
    const text = given.transcript.trim();
    if (given.event === 'EndOfTurn') return this.endTurn(given, text);
    if (this.turn === undefined && (given.event === 'StartOfTurn' || text !== ''))
      events.push({ type: 'speech_started', atMs: ms(given.words[0]?.start ?? given.audio_window_end) });
    if (given.event === 'StartOfTurn' || text !== '' || this.turn) this.turn = given;
    if (this.looksOver && given.event === 'TurnResumed') {
      this.looksOver = false;
      events.push({ type: 'turn_resumed' });
    }
    if (text !== this.shown) {
      this.shown = text;
      // Words that came without a resumption take the eager end back all the same.
      if (this.looksOver && given.event !== 'EagerEndOfTurn') {
        this.looksOver = false;
        events.push({ type: 'turn_resumed' });
      }
      events.push({ type: 'interim', text });
    }
    if (given.event === 'EagerEndOfTurn' && text !== '') {
      this.looksOver = true;
      events.push({ type: 'eager_end_of_turn', text });
    }
    return { events };
  }

  /** See `VendorWire.lost`. */
  settle(untilMs: number): Reading {
    const { turn } = this;
    this.turn = undefined;
    this.shown = '';
    const events: TranscriberEvent[] = this.looksOver ? [{ type: 'turn_resumed' }] : [];
    this.looksOver = false;
    if (!turn) return { events };
    const { text, endMs } = wordsBefore(turn, untilMs);
    if (text === '') return { events };
    this.settledBefore = true;
    return { events: [...events, { type: 'final', text, endOfTurn: false, endMs }], settledMs: endMs };
  }

  private endTurn(given: TurnInfo, text: string): Reading {
    const says = text !== '' || this.shown !== '' || this.settledBefore;
    this.turn = undefined;
    this.shown = '';
    this.looksOver = false;
    this.settledBefore = false;
    const endMs = ms(given.words.at(-1)?.end ?? given.audio_window_end);
    return {
      ...(says && { events: [{ type: 'final', text, endOfTurn: true, endMs }] }),
      settledMs: ms(given.audio_window_end),
    };
  }
}

/** The words that begin before `untilMs`; all of them when Flux did not tell their times. */
function wordsBefore(turn: TurnInfo, untilMs: number): { text: string; endMs: number } {
  if (untilMs <= ms(turn.audio_window_start)) return { text: '', endMs: 0 };
  const isTimed =
    turn.words.length > 0 && turn.words.every(({ start, end }) => start !== undefined && end !== undefined);
  if (!isTimed) return { text: turn.transcript.trim(), endMs: ms(turn.audio_window_end) };
  const words = turn.words.filter(({ start }) => ms(start ?? 0) < untilMs);
  return { text: words.map(({ word }) => word).join(' '), endMs: ms(words.at(-1)?.end ?? 0) };
}

function ms(s: number): number {
  return Math.round(s * 1000);
}
