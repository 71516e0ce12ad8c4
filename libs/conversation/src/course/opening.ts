import { languageFacts } from '../languages';
import type { Progress } from '../progress';
import { wordsAfterMs } from '../hearing/sounds';
import { saySentence } from '../speaking/speech';
import { plainSpeech } from '../speaking/plain-speech';

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
  const { words, interim, keys, startedAtMs } = p.state.hearing;
  if (p.state.phase.is !== 'opening') return;
  const soundUntilMs = startedAtMs === null ? 0 : startedAtMs + wordsAfterMs;
  if (words || interim || keys) wait(p, p.nowMs + p.state.settings.timing.lostEndOfTurnMs);
  else if (soundUntilMs > p.nowMs) wait(p, soundUntilMs);
  else greet(p);
}

function wait(p: Progress, greetAtMs: number): void {
  p.set({ phase: { is: 'opening', greetAtMs } });
}
