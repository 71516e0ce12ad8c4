import { languageFacts } from './languages';
import type { Progress } from './progress';
import { saySentence } from './speech';
import { plainSpeech } from './plain-speech';

/** The stream is open. */
export function openConversation(p: Progress): void {
  if (p.state.phase.is !== 'new') return;
  const { settings } = p.state;
  p.set({ startedAtMs: p.nowMs, lastWordAtMs: p.nowMs, phase: { is: 'talking' } });
  p.emit({ type: 'open_transcriber' });
  if (settings.resumed) saySentence(p, 'greeting', languageFacts(settings.language).sentences.goOn);
  else if (settings.initialMessage !== null && settings.initialMessageDelayMs > 0) {
    p.set({ phase: { is: 'opening', greetAtMs: p.nowMs + settings.initialMessageDelayMs } });
  } else greet(p);
}

/** Says the initial message, if there is one; from here on the caller is answered. */
export function greet(p: Progress): void {
  p.set({ phase: { is: 'talking' } });
  const text = plainSpeech(p.state.settings.initialMessage ?? '');
  if (text) saySentence(p, 'greeting', text);
}

/** The delay is over. A caller in the middle of a sentence is let finish; the greeting then comes as the answer. */
export function openingDelayOver(p: Progress): void {
  const { words, interim, keys } = p.state.hearing;
  if (p.state.phase.is !== 'opening') return;
  if (!words && !interim && !keys) greet(p);
  else p.set({ phase: { is: 'opening', greetAtMs: p.nowMs + p.state.settings.timing.lostEndOfTurnMs } });
}
