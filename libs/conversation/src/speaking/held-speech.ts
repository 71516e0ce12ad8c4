import type { Fault } from '../events';
import type { Progress } from '../progress';
import { heldAs, sendInOrder } from './speech';
import type { Utterance } from '../state';

/** The turn is over: what was held back is said. */
export function releaseHeld(p: Progress): void {
  const { parts, utterances } = p.state.speech;
  const held = new Set(parts.filter((part) => part.held !== null).map(({ id }) => id));
  if (held.size === 0) return;
  const neededByMs = p.nowMs + p.state.settings.timing.voiceGiveUpMs;
  p.setSpeech({
    parts: parts.map((part) => (held.has(part.id) ? { ...part, held: null } : part)),
    utterances: utterances.map((utterance) =>
      held.has(utterance.partId) && utterance.synthesis === 'requested'
        ? { ...utterance, neededByMs }
        : utterance,
    ),
  });
  sendInOrder(p);
}

/** What was held back is thrown away, as if it had never been asked for. */
export function dropHeld(p: Progress): void {
  const { parts, utterances } = p.state.speech;
  if (parts.every((part) => part.held === null)) return;
  for (const utterance of utterances) {
    const isHeld = heldAs(p.state, utterance) !== null;
    if (isHeld && utterance.synthesis !== 'queued') {
      p.emit({ type: 'cancel_speech', utteranceId: utterance.id });
    }
  }
  p.setSpeech({
    parts: parts.filter((part) => part.held === null),
    utterances: utterances.filter((utterance) => heldAs(p.state, utterance) === null),
  });
}

/** Speech that nobody waits for yet failed: it is asked for again when the turn is over, as if for the first time. */
export function heldSpeechFailed(p: Progress, failed: Utterance, fault: Fault): void {
  p.problem(fault.code, fault.message);
  p.emit({ type: 'cancel_speech', utteranceId: failed.id });
  const { parts, utterances } = p.state.speech;
  p.setSpeech({
    parts: parts.map((part) => (part.id === failed.partId ? { ...part, held: 'text' as const } : part)),
    utterances: utterances.map((utterance) =>
      utterance.id === failed.id
        ? { ...utterance, synthesis: 'queued' as const, heldBytes: 0, words: [], deadlineMs: null }
        : utterance,
    ),
  });
}
