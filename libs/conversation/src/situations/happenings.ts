import type { ConversationEvent } from '../events';
import type { Happening } from './situation';

/** At a time of the call, in ms since its start, this is heard. */
export function at(ms: number, ...events: ConversationEvent[]): Happening {
  return (call) => {
    call.run(Math.max(0, ms - call.elapsedMs));
    for (const event of events) call.hear(event);
  };
}

/** So many ms later, this is heard. */
export function after(ms: number, ...events: ConversationEvent[]): Happening {
  return (call) => {
    call.run(ms);
    for (const event of events) call.hear(event);
  };
}

/** The caller says words, 300 ms each, with an interim after each, and 100 ms later the end of the turn is told. */
export function says(text: string): Happening {
  return (call) => void call.says(text);
}

/** The caller says words, with an interim after each, and nothing tells more. */
export function speaks(text: string): Happening {
  return (call) => {
    call.hear({ type: 'speech_started', atMs: 0 });
    const words = text.split(' ');
    words.forEach((_, index) => call.run(300).hear(interim(words.slice(0, index + 1).join(' '))));
  };
}

/** Time passes until the caller has heard these words of the agent's. */
export function untilHeard(words: string): Happening {
  return (call) => void call.runUntilHeard(words);
}

/** Time passes until nothing is on its way any more. */
export const quiet: Happening = (call) => void call.runUntilQuiet();

export const hangUp: Happening = (call) => void call.hear({ type: 'detached', reason: 'gone' });

export const speechStarted: ConversationEvent = { type: 'speech_started', atMs: 0 };
export const resumed: ConversationEvent = { type: 'turn_resumed' };

export function interim(text: string): ConversationEvent {
  return { type: 'interim', text };
}

export function eager(text: string): ConversationEvent {
  return { type: 'eager_end_of_turn', text };
}

/** Words that stand. `endOfTurn`: whether the turn is over; null: the transcriber cannot tell. */
export function final(text: string, endOfTurn: boolean | null = true, endMs = 0): ConversationEvent {
  return { type: 'final', text, endOfTurn, endMs };
}

export function utteranceEnded(lastWordEndMs = 0): ConversationEvent {
  return { type: 'utterance_ended', lastWordEndMs };
}

export function key(pressed: string): ConversationEvent {
  return { type: 'key_pressed', key: pressed };
}

/** The transcriber's times begin now. */
export const began: Happening = (call) => void call.hear({ type: 'listening_began', audioMs: 0 });

/**
 * The caller says a turn, 300 ms a word, to a transcriber that tells a likely end 150 ms after the last word, and the end
 * itself 200 ms later.
 */
export function turn(text: string): Happening {
  return (call) => {
    speaks(text)(call);
    const endMs = call.elapsedMs;
    call.run(150).hear(eager(text));
    call.run(200).hear(final(text, true, endMs));
  };
}

/** The caller says words, after which the turn looks over, and is not. */
export function looksOver(text: string): Happening {
  return (call) => {
    speaks(text)(call);
    call.run(150).hear(eager(text));
  };
}
