import type { TranscriberEvent } from '@parley/conversation';

/** An event whose times count from `startMs` of the whole audio on, with its times in the whole; never before its beginning. */
export function placedEvent(event: TranscriberEvent, startMs: number): TranscriberEvent {
  const at = (ms: number) => Math.max(0, Math.round(startMs + ms));
  switch (event.type) {
    case 'speech_started':
      return { ...event, atMs: at(event.atMs) };
    case 'final':
      return { ...event, endMs: at(event.endMs) };
    case 'utterance_ended':
      return { ...event, lastWordEndMs: at(event.lastWordEndMs) };
    default:
      return event;
  }
}
