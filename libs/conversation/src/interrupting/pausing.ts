import { heardForMs, resumePointMs } from '../speaking/heard-speech';
import { bytesPerMs, cleared, playedMs } from '../speaking/playout';
import type { Progress } from '../progress';
import { changePart, endedBy, isSpeaking, sendInOrder } from '../speaking/speech';
import type { Speech, Utterance } from '../state';

/**
 * Stops the agent at once, so that it can go on: what was not heard is held back, from the beginning of the word that
 * was cut. False when all there is was heard.
 */
export function pauseSpeech(p: Progress): boolean {
  const { utterances, playout, paused } = p.state.speech;
  const stoppedMs = playedMs(playout, p.nowMs);
  if (paused || !isSpeaking(p.state) || utterances.every((utterance) => endedBy(utterance, stoppedMs)))
    return false;
  p.emit({ type: 'clear_audio' });
  const { speech } = p.state;
  const partly = utterances.find(
    (utterance) => !endedBy(utterance, stoppedMs) && heardForMs(speech, utterance, stoppedMs) > 0,
  );
  p.setSpeech({
    playout: cleared(playout, p.nowMs),
    paused: {
      sinceMs: p.nowMs,
      utteranceId: partly?.id ?? null,
      heardMs: partly ? heardForMs(speech, partly, stoppedMs) : 0,
    },
    utterances: utterances.map((utterance) =>
      endedBy(utterance, stoppedMs) ? utterance : rewound(speech, utterance, stoppedMs),
    ),
  });
  for (const part of p.state.speech.parts) {
    const begun = p.state.speech.utterances.some(
      ({ partId, startMs }) => partId === part.id && startMs !== null,
    );
    if (!begun && !part.heard) changePart(p, part.id, { startedAtMs: null });
  }
  return true;
}

/** Holds back what is about to be said, of which nothing was handed to the carrier. */
export function holdSpeech(p: Progress): void {
  if (!p.state.speech.paused) {
    p.setSpeech({ paused: { sinceMs: p.nowMs, utteranceId: null, heardMs: 0 } });
  }
}

/** The utterance with all that is to be heard yet, or heard again, held. */
function rewound(speech: Speech, utterance: Utterance, stoppedMs: number): Utterance {
  if (utterance.startMs === null) return utterance;
  const heardMs = heardForMs(speech, utterance, stoppedMs);
  const fromMs = heardMs > 0 ? resumePointMs(speech, utterance, heardMs) : 0;
  const heldBytes = utterance.heldBytes + (utterance.sentMs - fromMs) * bytesPerMs;
  return { ...utterance, heldBytes, sentMs: fromMs, startMs: heardMs > 0 ? stoppedMs - fromMs : null };
}

/** Goes on where the agent paused. */
export function resumeSpeech(p: Progress): void {
  if (!p.state.speech.paused) return;
  p.setSpeech({ paused: null });
  sendInOrder(p);
}
