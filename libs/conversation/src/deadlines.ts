import { preparationSilent } from './replying/ahead';
import { endClosing, sayLastWords } from './course/ending';
import { modelSilent, speechStalled } from './course/faults';
import { falseAlarmAtMs, falseAlarmOver } from './interrupting/false-alarm';
import { endOfTurnDue, keysOver, lostEndOfTurnAtMs, wordsStand } from './hearing/hearing';
import { fillerAtMs, sayFiller } from './speaking/fillers';
import { languageFacts } from './languages';
import { abandonActions } from './acting/action-records';
import { openingDelayOver } from './course/opening';
import { markExpectedAtMs } from './speaking/playout';
import { lookUpDueAtMs, lookUpLate } from './replying/knowledge';
import type { Progress } from './progress';
import { cancelReply } from './replying/reply';
import { checkIn, checkInAtMs, idleAtMs, idleTooLong } from './course/silence';
import { cutSpeech, markPlayed } from './speaking/speech';
import type { ConversationState } from './state';
import { summaryLate, summaryLateAtMs } from './replying/summary';
import { actionTimedOut } from './acting/tools';

/** One thing that happens when its time comes and nothing else came first. */
interface Deadline {
  readonly atMs: (state: ConversationState) => number | null;
  readonly run: (p: Progress) => void;
}

/** All of them, in the order in which they run when several are due. */
const deadlines: readonly Deadline[] = [
  {
    atMs: ({ phase }) => (phase.is === 'closing' ? phase.deadlineMs : null),
    run: endClosing,
  },
  {
    atMs: ({ phase, startedAtMs, settings }) =>
      phase.is === 'talking' || phase.is === 'opening' ? startedAtMs + settings.maxDurationMs : null,
    run: outOfTime,
  },
  {
    atMs: ({ phase }) => (phase.is === 'opening' ? phase.greetAtMs : null),
    run: openingDelayOver,
  },
  {
    atMs: ({ speech, settings }) => {
      const expectedMs = markExpectedAtMs(speech.playout);
      return expectedMs === null ? null : expectedMs + settings.timing.lostMarkMs;
    },
    run: markLost,
  },
  {
    atMs: ({ activity }) => (activity.is === 'replying' ? activity.deadlineMs : null),
    run: modelSilent,
  },
  { atMs: ({ ahead }) => ahead && ahead.reply.deadlineMs, run: preparationSilent },
  {
    atMs: ({ activity }) => (activity.is === 'acting' ? (activity.current?.deadlineMs ?? null) : null),
    run: actionTimedOut,
  },
  { atMs: falseAlarmAtMs, run: falseAlarmOver },
  { atMs: fillerAtMs, run: sayFiller },
  { atMs: ({ speech }) => earliest(speech.utterances.map((u) => u.deadlineMs)), run: speechLate },
  { atMs: lookUpDueAtMs, run: lookUpLate },
  { atMs: summaryLateAtMs, run: summaryLate },
  { atMs: ({ hearing }) => hearing.keysDueMs, run: keysOver },
  { atMs: ({ hearing }) => hearing.dueAtMs, run: endOfTurnDue },
  { atMs: lostEndOfTurnAtMs, run: endOfTurnDue },
  { atMs: ({ hearing }) => hearing.standsAtMs, run: wordsStand },
  { atMs: checkInAtMs, run: checkIn },
  { atMs: idleAtMs, run: idleTooLong },
];

/** Runs what is due. Each deadline is looked at again after the ones before it have run. */
export function runDue(p: Progress): void {
  for (const { atMs, run } of deadlines) {
    const dueMs = atMs(p.state);
    if (p.state.phase.is !== 'over' && dueMs !== null && dueMs <= p.nowMs) run(p);
  }
}

/** When the next thing is due; null when nothing waits for time. */
export function nextDeadlineMs(state: ConversationState): number | null {
  if (state.phase.is === 'new' || state.phase.is === 'over') return null;
  return earliest(deadlines.map((deadline) => deadline.atMs(state)));
}

function earliest(times: readonly (number | null)[]): number | null {
  return times.reduce(
    (first, atMs) => (atMs === null || (first !== null && first <= atMs) ? first : atMs),
    null,
  );
}

function outOfTime(p: Progress): void {
  abandonActions(p);
  cancelReply(p);
  cutSpeech(p);
  const { outOfTime: sentence } = languageFacts(p.state.settings.language).sentences;
  sayLastWords(p, { sentence, reason: 'max_duration', errorMessage: null });
}

function markLost(p: Progress): void {
  const mark = p.state.speech.playout.marks[0];
  if (!mark) return;
  p.problem('CARRIER.MARK_LOST', 'A mark did not come back in time; its audio is taken for played.');
  markPlayed(p, mark.name);
}

function speechLate(p: Progress): void {
  const late = p.state.speech.utterances.find((u) => u.deadlineMs !== null && u.deadlineMs <= p.nowMs);
  if (late) speechStalled(p, late);
}
