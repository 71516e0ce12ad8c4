import { interrupt, waitsFor, wantsTurn } from '../interrupting/floor';
import { languageFacts } from '../languages';
import { greet } from '../course/opening';
import { resumeSpeech } from '../interrupting/pausing';
import type { Progress } from '../progress';
import { isSilent, isSpeaking, saySentence } from '../speaking/speech';
import type { SpeechPart } from '../state';
import { mayInterruptActions } from '../acting/tools';
import { answerTurn, recordCallersWords, saidSoFar, tellCallersWords } from './turn';
import { joinWords } from '../words';

/** So long after it was said, a short answer is still one to the question. */
const answersWithinMs = 2_500;

/** The caller's turn is over: it is answered, unless it was no more than a sign of listening. */
export function turnOver(p: Progress): void {
  const { phase, activity, hearing } = p.state;
  const said = saidSoFar(p);
  if (!said && !hearing.owed) {
    if (hearing.stoppedAgent) askToGoOn(p);
    return;
  }
  if (phase.is === 'closing') recordCallersWords(p);
  else if (phase.is === 'opening') {
    recordCallersWords(p);
    greet(p);
  } else if (phase.is === 'talking') {
    const isOverAgent = isSpeaking(p.state) && mayInterruptActions(activity);
    if (said && isAside(p, said, isOverAgent)) setAside(p, said);
    else {
      // Said before the agent's first sound, and over only now.
      if (isOverAgent) interrupt(p);
      if (p.state.activity.is === 'acting') p.setHearing({ held: true });
      else answerTurn(p);
    }
  }
}

/** Once the agent's question was heard, a short answer that came over its last syllables is the answer. */
export function answerAside(p: Progress, { heard, startedAtMs }: SpeechPart): void {
  const { aside, words, interim, keys } = p.state.hearing;
  // A caller who is speaking again has not answered yet.
  if (!aside || words || interim || keys || p.state.activity.is !== 'listening') return;
  const isToQuestion = aside.atMs >= (startedAtMs ?? 0) && p.nowMs - aside.atMs <= answersWithinMs;
  if (isToQuestion && /(?:[?？]|か。)["'”’)]*$/.test(heard)) answerTurn(p);
}

function isAside(p: Progress, said: string, isOverAgent: boolean): boolean {
  if (p.state.hearing.keys || p.state.hearing.owed) return false;
  return isOverAgent ? !wantsTurn(p, said) : p.state.activity.is !== 'acting' && waitsFor(p.state, said);
}

/** Sounds of listening: on record, remembered for the next turn, not answered. */
function setAside(p: Progress, said: string): void {
  const { aside, startedAtMs } = p.state.hearing;
  tellCallersWords(p, said, startedAtMs);
  resumeSpeech(p);
  p.setHearing({
    words: '',
    startedAtMs: null,
    lastWordsAtMs: null,
    stoppedAtMs: null,
    dueAtMs: null,
    standsAtMs: null,
    looksOver: false,
    aside: { text: joinWords(aside?.text ?? '', said), atMs: p.nowMs },
  });
}

/** The agent has stopped for words that turned out to be none. */
function askToGoOn(p: Progress): void {
  p.setHearing({ stoppedAgent: false });
  const { phase, activity, settings } = p.state;
  if (phase.is !== 'talking' || activity.is !== 'listening' || !isSilent(p.state)) return;
  if (!settings.maySayNothing) saySentence(p, 'reply', languageFacts(settings.language).sentences.goOn);
}
