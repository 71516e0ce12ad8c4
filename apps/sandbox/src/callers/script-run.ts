import type { TelephoneLine } from '../carrier';
import type { ScriptedCaller, Step, WaitFor } from '../script';
import { normaliseWord } from '../voice';
import type { Speech } from '../voice';
import type { HeardLine } from './heard-line';
import type { PersonJournal } from './person-journal';
import type { SpokenLine } from './spoken-line';

/** What a script acts on: one open call. */
export interface OpenCall {
  readonly line: TelephoneLine;
  readonly heard: HeardLine;
  readonly spoken: SpokenLine;
  readonly journal: PersonJournal;
  /** Called when a step is done. */
  stepDone(): void;
  /** The speech of a text; undefined while it is being made. */
  speechOf(text: string): Speech | undefined;
}

/** Each `next(atMs)` is one frame; done when the script is, or the person has hung up. */
export type ScriptRun = Generator<undefined, void, number>;

/** From the press of one key to that of the next. */
const KEY_MS = 250;
/** Without word codes a word counts as so much sound. */
const WORD_SOUND_MS = 333;
/** Sound that ends this soon after one's own words belongs to before. */
const OVERLAP_MS = 100;

/** Does the steps of a script in order, frame by frame. Nothing in it knows any other time. */
export function* runScript(script: ScriptedCaller, call: OpenCall, startAtMs: number): ScriptRun {
  let atMs = startAtMs;
  for (const [index, step] of script.steps.entries()) {
    if ('hangUp' in step) {
      call.stepDone();
      if (index === script.steps.length - 1) call.journal.write('script_done', {});
      hangUp(call, 'script');
      return;
    }
    const doing = perform(step, { index, script, call, startAtMs: atMs });
    let turn = doing.next(atMs);
    while (!turn.done) {
      atMs = yield;
      turn = doing.next(atMs);
    }
    if (turn.value === 'gave_up') {
      hangUp(call, 'impatience');
      return;
    }
    call.stepDone();
  }
  call.journal.write('script_done', {});
}

type Doing = Generator<undefined, 'done' | 'gave_up', number>;

/** One step in its place. */
interface StepPlace {
  readonly index: number;
  readonly script: ScriptedCaller;
  readonly call: OpenCall;
  readonly startAtMs: number;
}

function perform(step: Exclude<Step, { hangUp: true }>, place: StepPlace): Doing {
  if ('waitFor' in step) return wait(step, place);
  if ('press' in step) return press(step.press, place);
  if ('interruptAfterWords' in step) return interrupt(step, place);
  return say(step.say, place.call);
}

function* wait(
  step: Extract<Step, { waitFor: WaitFor }>,
  { index, script, call, startAtMs }: StepPlace,
): Doing {
  const { waitFor } = step;
  const isMet = condition(waitFor, script, call, startAtMs);
  const longest = typeof waitFor === 'object' && 'ms' in waitFor ? waitFor.ms + script.patienceMs : 0;
  const patienceMs = step.patienceMs ?? Math.max(script.patienceMs, longest);
  call.journal.write('waiting', { step: index, waitFor });
  let atMs = startAtMs;
  while (!isMet(atMs)) {
    if (atMs - startAtMs >= patienceMs) {
      call.journal.write('wait_expired', { step: index, waitFor, waitedMs: atMs - startAtMs });
      return 'gave_up';
    }
    atMs = yield;
  }
  call.journal.write('waited', { step: index, waitedMs: atMs - startAtMs });
  return 'done';
}

function condition(
  waitFor: WaitFor,
  script: ScriptedCaller,
  { heard, spoken }: OpenCall,
  startAtMs: number,
): (atMs: number) => boolean {
  const silentMs = (atMs: number) => (heard.sounding ? 0 : atMs - heard.lastSoundAtMs);
  const sinceMs = spoken.lastActAtMs + OVERLAP_MS;
  const finished = (atMs: number) =>
    heard.lastSoundAtMs > sinceMs && silentMs(atMs) >= script.finishedSilenceMs;
  if (waitFor === 'agent_finished') return finished;
  if ('word' in waitFor) {
    const word = normaliseWord(waitFor.word);
    const from = heard.words.length;
    // Without word codes no word can be told; the end of what the other side says must do.
    return (atMs) =>
      heard.byEnergy ? finished(atMs) : heard.words.some((other, at) => at >= from && other.word === word);
  }
  if ('keys' in waitFor) {
    const from = heard.keys.length;
    return () => heard.keys.slice(from).includes(waitFor.keys);
  }
  if ('silenceMs' in waitFor)
    return (atMs) => Math.min(silentMs(atMs), atMs - startAtMs) >= waitFor.silenceMs;
  return (atMs) => atMs - startAtMs >= waitFor.ms;
}

function* say(text: string, call: OpenCall): Doing {
  let speech = call.speechOf(text);
  while (!speech) {
    yield;
    speech = call.speechOf(text);
  }
  call.spoken.say(text, speech, call.heard.sounding);
  while (call.spoken.speaking) yield;
  return 'done';
}

function* interrupt(
  step: Extract<Step, { interruptAfterWords: number }>,
  { index, script, call, startAtMs }: StepPlace,
): Doing {
  const { interruptAfterWords: words, say: text } = step;
  const patienceMs = step.patienceMs ?? script.patienceMs;
  const { heard, spoken, journal } = call;
  let atMs = startAtMs;
  const mayBreakIn = () =>
    heard.byEnergy
      ? heard.sounding &&
        heard.onsetAtMs > spoken.lastActAtMs &&
        atMs - heard.onsetAtMs >= words * WORD_SOUND_MS
      : heard.wordsAfter(spoken.lastActAtMs) >= words;
  while (!mayBreakIn()) {
    if (atMs - startAtMs >= patienceMs) {
      journal.write('wait_expired', { step: index, waitFor: { words }, waitedMs: atMs - startAtMs });
      return 'gave_up';
    }
    atMs = yield;
  }
  journal.write('interrupted', { afterWords: heard.wordsAfter(spoken.lastActAtMs) });
  return yield* say(text, call);
}

function* press(keys: string, { call, startAtMs }: StepPlace): Doing {
  let atMs = startAtMs;
  for (const key of keys) {
    call.line.press(key);
    const nextAtMs = atMs + KEY_MS;
    while (atMs < nextAtMs) atMs = yield;
  }
  call.spoken.lastActAtMs = atMs;
  call.journal.write('pressed', { keys });
  return 'done';
}

function hangUp(call: OpenCall, why: 'script' | 'impatience'): void {
  call.journal.write('hung_up', { why });
  call.line.hangUp();
}
