import type { Progress } from '../progress';
import { holdSpeech, pauseSpeech, resumeSpeech } from './pausing';
import { isPreparing } from '../replying/reply';
import { isSpeaking } from '../speaking/speech';
import type { ConversationState } from '../state';
import { mayInterruptActions } from '../acting/tools';

/** On a line whose sounds were false alarms so often, e.g. the echo of the agent's own voice, words are waited for. */
const mostFalseAlarms = 3;

/**
 * The caller makes a sound while the agent speaks, or is about to. An agent that listens closely stops at once and waits
 * for words: those that ask for the turn make it an interruption; without any the agent goes on where it stopped.
 */
export function soundOverAgent(p: Progress): void {
  const { phase, activity, settings, speech } = p.state;
  if (phase.is !== 'talking' || settings.interruptSensitivity !== 'high') return;
  if (speech.falseAlarms >= mostFalseAlarms || !mayInterruptActions(activity)) return;
  if (isSpeaking(p.state)) pauseSpeech(p);
  else if (isPreparing(p.state)) holdSpeech(p);
}

/** When a sound that no words followed is taken for none; null when the agent did not stop for one. */
export function falseAlarmAtMs({ speech, settings }: ConversationState): number | null {
  return speech.paused && speech.paused.sinceMs + settings.timing.falseAlarmMs;
}

/** No words came that ask for the turn. */
export function falseAlarmOver(p: Progress): void {
  p.setSpeech({ falseAlarms: p.state.speech.falseAlarms + 1 });
  resumeSpeech(p);
}

/** Words interrupted the agent: a sound on this line may well be theirs. */
export function noteInterruption(p: Progress): void {
  p.setSpeech({ falseAlarms: Math.max(0, p.state.speech.falseAlarms - 1) });
}
