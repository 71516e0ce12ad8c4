import type { Clock } from '@parley/kernel';
import type { PersonOnLine, TelephoneLine } from '../carrier';
import type { CallerEntries, Journal } from '../journal';
import type { ScriptedCaller } from '../script';
import type { Speech } from '../voice';
import { HeardLine } from './heard-line';
import { PersonJournal } from './person-journal';
import { runScript } from './script-run';
import type { OpenCall, ScriptRun } from './script-run';
import type { SpeechStore } from './speech-store';
import { SpokenLine } from './spoken-line';
import { TurnMeter } from './turn-meter';

export interface PersonDeps {
  readonly clock: Clock;
  readonly journal: Journal<CallerEntries>;
  readonly speeches: SpeechStore;
}

/**
 * A person who follows a script at the end of a telephone line. The line's frames are their only clock: everything they
 * wait for is decided frame by frame, so the same audio gives the same call.
 */
export class ScriptedPerson implements PersonOnLine {
  private readonly speeches = new Map<string, Speech>();
  private prepared = false;
  private line: TelephoneLine | undefined;
  private call: OpenCall | undefined;
  private run: ScriptRun | undefined;
  private lastFrameAtMs = 0;
  private lineClosed = false;
  private stepsDone = 0;

  constructor(
    private readonly deps: PersonDeps,
    private readonly script: ScriptedCaller,
    private readonly direction: 'dialled' | 'dials',
  ) {}

  /** Has all speeches made while it rings, so that none is waited for in the call. Resolves when they are there. */
  async prepare(): Promise<void> {
    if (this.prepared) return;
    this.prepared = true;
    for (const step of this.script.steps)
      if ('say' in step) this.speeches.set(step.say, await this.deps.speeches.get(step.say));
  }

  rings(line: TelephoneLine): void {
    const journal = this.journalOf(line);
    journal.write('ringing', { number: line.number, direction: this.direction });
    this.prepareQuietly();
    if (this.script.onRing === 'no-answer') {
      journal.write('gave_up', { why: 'no-answer' });
      return;
    }
    this.deps.clock.after(this.script.answerAfterMs, () => {
      if (this.lineClosed) return;
      if (this.script.onRing === 'answer') {
        line.answer();
        return;
      }
      journal.write('gave_up', { why: 'busy' });
      line.refuse();
    });
  }

  connected(line: TelephoneLine): void {
    if (this.direction === 'dials')
      this.journalOf(line).write('ringing', { number: line.number, direction: 'dials' });
    this.prepareQuietly();
    this.journalOf(line).write('answered', {});
    this.line = line;
  }

  exchange(heard: Buffer, said: Buffer, atMs: number): void {
    if (this.lineClosed || !this.line) return;
    this.call ??= this.open(this.line, atMs);
    this.lastFrameAtMs = atMs;
    this.call.heard.hear(heard, atMs);
    this.run?.next(atMs);
    this.call.spoken.fill(said, atMs);
  }

  closed(): void {
    this.lineClosed = true;
    const { call } = this;
    if (!call) return;
    call.heard.end();
    call.spoken.end(this.lastFrameAtMs);
    call.journal.write('line_closed', {
      heardWords: call.heard.words.map(({ word }) => word),
      heardKeys: call.heard.keys,
      stepsDone: this.stepsDone,
      stepsAll: this.script.steps.length,
    });
  }

  /** A voice that fails leaves its words unsaid; the script then waits until its line is closed. */
  private prepareQuietly(): void {
    this.prepare().catch(() => undefined);
  }

  /** The first frame sets the time that all others count from. */
  private open(line: TelephoneLine, atMs: number): OpenCall {
    const journal = this.journalOf(line);
    const turns = new TurnMeter(journal);
    const call: OpenCall = {
      line,
      journal,
      heard: new HeardLine(journal, atMs, turns),
      spoken: new SpokenLine(journal, atMs, (lastWordEndAtMs, bargeIn) =>
        turns.said(lastWordEndAtMs, bargeIn),
      ),
      stepDone: () => {
        this.stepsDone++;
      },
      speechOf: (text) => this.speeches.get(text),
    };
    this.run = runScript(this.script, call, atMs);
    return call;
  }

  private journalOf(line: TelephoneLine): PersonJournal {
    return new PersonJournal(this.deps.journal, line.callSid, this.script.name);
  }
}
