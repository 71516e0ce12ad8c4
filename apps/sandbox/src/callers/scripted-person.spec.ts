import { dtmfMulaw, encodeMulaw, FRAME_BYTES, MULAW_SILENCE } from '@parley/audio';
import { FakeClock } from '@parley/kernel';
import type { TelephoneLine } from '../carrier';
import { Journal } from '../journal';
import type { CallerEntries } from '../journal';
import { parseScript } from '../script';
import { createVoice } from '../voice';
import { ScriptedPerson } from './scripted-person';
import { SpeechStore } from './speech-store';

const NUMBER = '+14155550142';
const START_MS = 1_700_000_000_000;

/** A line that goes nowhere: keeps what the person does. */
class TestLine implements TelephoneLine {
  readonly callSid = 'CA1';
  readonly number = '+16285550100';
  readonly keys: string[] = [];
  answered = 0;
  refused = 0;
  hungUp = 0;
  answer(): void {
    this.answered++;
  }
  refuse(): void {
    this.refused++;
  }
  press(digit: string): void {
    this.keys.push(digit);
  }
  hangUp(): void {
    this.hungUp++;
  }
}

const speeches = new SpeechStore(createVoice());

/** One person on a line, in virtual time; the test plays the other side. */
class Rig {
  readonly clock = new FakeClock(START_MS);
  readonly journal = new Journal<CallerEntries>({ clock: this.clock });
  readonly line = new TestLine();
  readonly person: ScriptedPerson;
  atMs = START_MS;
  private readonly said = Buffer.alloc(FRAME_BYTES);

  constructor(steps: unknown[], extra: object = {}) {
    const { callers } = parseScript({ callers: { [NUMBER]: { name: 'Ada', steps, ...extra } } });
    const { clock, journal } = this;
    this.person = new ScriptedPerson({ clock, journal, speeches }, callers[NUMBER]!, 'dialled');
  }

  async connect(): Promise<void> {
    await this.person.prepare();
    this.person.rings(this.line);
    this.clock.advance(800);
    this.atMs = this.clock.nowMs();
    this.person.connected(this.line);
  }

  /** Moves one frame; gives whether the person made a sound in it. */
  frame(heard = Buffer.alloc(FRAME_BYTES, MULAW_SILENCE)): boolean {
    this.said.fill(MULAW_SILENCE);
    this.person.exchange(heard, this.said, this.atMs);
    this.atMs += 20;
    this.clock.advance(20);
    return this.said.some((byte) => byte !== MULAW_SILENCE);
  }

  silence(ms: number): void {
    for (let passed = 0; passed < ms; passed += 20) this.frame();
  }

  play(mulaw: Uint8Array): void {
    for (let at = 0; at < mulaw.length; at += FRAME_BYTES) {
      const frame = Buffer.alloc(FRAME_BYTES, MULAW_SILENCE);
      frame.set(mulaw.subarray(at, at + FRAME_BYTES));
      this.frame(frame);
    }
  }

  /** The other side says a text; stops as soon as `until` is true. */
  async speak(text: string, until: () => boolean = () => false): Promise<void> {
    const mulaw = await mulawOf(text);
    for (let at = 0; at < mulaw.length && !until(); at += FRAME_BYTES)
      this.play(mulaw.subarray(at, at + FRAME_BYTES));
  }

  lines(kind: keyof CallerEntries): readonly Record<string, unknown>[] {
    return this.journal.after(0).filter((line) => line.kind === kind);
  }
}

async function mulawOf(text: string): Promise<Uint8Array> {
  return encodeMulaw((await speeches.get(text)).samples);
}

describe('a scripted person', () => {
  it('answers when the telephone has rung, or refuses, or lets it ring', () => {
    for (const [onRing, answered, refused] of [
      ['answer', 1, 0],
      ['busy', 0, 1],
      ['no-answer', 0, 0],
    ] as const) {
      const rig = new Rig([], { onRing, answerAfterMs: 300 });
      rig.person.rings(rig.line);
      rig.clock.advance(299);
      expect([rig.line.answered, rig.line.refused]).toEqual([0, 0]);
      rig.clock.advance(1);
      expect([rig.line.answered, rig.line.refused]).toEqual([answered, refused]);
    }
  });

  it('waits until the other side has finished, answers, and hangs up', async () => {
    const rig = new Rig([{ waitFor: 'agent_finished' }, { say: 'good morning' }, { hangUp: true }]);
    await rig.connect();
    rig.silence(3_000);
    expect(rig.lines('said')).toHaveLength(0);
    await rig.speak('hello how are you');
    rig.silence(600);
    expect(rig.frame()).toBe(false);
    rig.silence(4_000);
    expect(rig.lines('heard_word').map(({ word }) => word)).toEqual(['hello', 'how', 'are', 'you']);
    const [said] = rig.lines('said');
    expect(said).toMatchObject({ text: 'good morning', bargeIn: false, caller: 'Ada', callSid: 'CA1' });
    expect(rig.lines('saying')).toMatchObject([
      { text: 'good morning', bargeIn: false, atMs: said?.['startAtMs'], startAtMs: said?.['startAtMs'] },
    ]);
    const lastHeard = rig.lines('heard_word').at(-1) as { endAtMs: number };
    expect(Number(said?.['startAtMs']) - lastHeard.endAtMs).toBeGreaterThanOrEqual(690);
    expect(Number(said?.['startAtMs']) - lastHeard.endAtMs).toBeLessThan(760);
    expect(rig.line.hungUp).toBe(1);
    expect(rig.lines('hung_up')).toMatchObject([{ why: 'script' }]);
    expect(rig.lines('script_done')).toHaveLength(1);
  });

  it('measures voice to voice, from its last word to the first sound of the answer', async () => {
    const rig = new Rig([{ say: 'good morning' }, { waitFor: 'agent_finished' }, { say: 'goodbye' }]);
    await rig.connect();
    while (rig.lines('said').length === 0) rig.frame();
    const [said] = rig.lines('said') as unknown as [{ words: { endAtMs: number }[] }];
    const lastWordEndAtMs = said.words.at(-1)!.endAtMs;
    rig.silence(500);
    const answerAtMs = rig.atMs;
    await rig.speak('hello there');
    const [turn] = rig.lines('turn') as unknown as [Record<string, number>];
    expect(turn).toMatchObject({ turn: 1, lastWordEndAtMs, firstWord: 'hello', bargeIn: false });
    expect(Math.abs(turn['answerAtMs']! - answerAtMs)).toBeLessThanOrEqual(20);
    expect(turn['voiceToVoiceMs']).toBe(turn['answerAtMs']! - lastWordEndAtMs);
  });

  it('breaks in after so many words, and hears that the other side was cut', async () => {
    const rig = new Rig([
      { interruptAfterWords: 3, say: 'stop wait a moment' },
      { waitFor: 'agent_finished' },
      { hangUp: true },
    ]);
    await rig.connect();
    await rig.speak('one two three four five six seven eight nine', () => {
      const [interrupted] = rig.lines('interrupted');
      return interrupted !== undefined && rig.atMs - Number(interrupted['atMs']) > 300;
    });
    expect(rig.lines('interrupted')).toMatchObject([{ afterWords: 3 }]);
    while (rig.lines('said').length === 0) rig.frame();
    expect(rig.lines('said')).toMatchObject([{ bargeIn: true }]);
    expect(rig.lines('heard_damaged')).toHaveLength(0);
    // What was said before the cut is no answer.
    rig.silence(2_000);
    expect(rig.line.hungUp).toBe(0);
    await rig.speak('all right');
    rig.silence(1_500);
    expect(rig.lines('turn')).toMatchObject([{ bargeIn: true, firstWord: 'all' }]);
    expect(rig.line.hungUp).toBe(1);
  });

  it('tells a damaged word from one that was cut', async () => {
    const rig = new Rig([]);
    await rig.connect();
    const mulaw = Uint8Array.from(await mulawOf('strawberries are wonderful'));
    mulaw.copyWithin(800, 1_600, 2_400);
    rig.play(mulaw);
    rig.silence(1_000);
    expect(rig.lines('heard_damaged').length).toBeGreaterThan(0);
    expect(rig.lines('heard_word').map(({ word }) => word)).toEqual(['are', 'wonderful']);
  });

  it('waits for a word, for keys, for silence and for time', async () => {
    const rig = new Rig([
      { waitFor: { word: 'Now!' } },
      { press: '1' },
      { waitFor: { keys: '42' } },
      { press: '2' },
      { waitFor: { silenceMs: 900 } },
      { press: '3' },
      { waitFor: { ms: 500 } },
      { press: '4#' },
    ]);
    await rig.connect();
    await rig.speak('not yet');
    rig.silence(1_000);
    expect(rig.line.keys).toEqual([]);
    await rig.speak('now then');
    expect(rig.line.keys).toEqual(['1']);
    rig.silence(400);
    rig.play(dtmfMulaw('42'));
    rig.silence(300);
    expect(rig.line.keys).toEqual(['1', '2']);
    rig.silence(1_300);
    expect(rig.line.keys).toEqual(['1', '2', '3']);
    rig.silence(1_500);
    expect(rig.line.keys).toEqual(['1', '2', '3', '4', '#']);
    expect(rig.lines('heard_keys').map(({ digit }) => digit)).toEqual(['4', '2']);
    expect(rig.lines('script_done')).toHaveLength(1);
  });

  it('hangs up when its patience is over', async () => {
    const rig = new Rig([{ waitFor: 'agent_finished' }], { patienceMs: 2_000 });
    await rig.connect();
    rig.silence(1_980);
    expect(rig.line.hungUp).toBe(0);
    rig.silence(60);
    expect(rig.line.hungUp).toBe(1);
    expect(rig.lines('wait_expired')).toMatchObject([{ step: 0, waitFor: 'agent_finished' }]);
    expect(rig.lines('hung_up')).toMatchObject([{ why: 'impatience' }]);
  });

  it('goes by sound and silence when what it hears has no word codes, and says so', async () => {
    const rig = new Rig([{ waitFor: { word: 'hello' } }, { hangUp: true }]);
    await rig.connect();
    const humming = Int16Array.from({ length: 8000 * 3 }, (_, i) => 8_000 * Math.sin(i / 3));
    rig.play(encodeMulaw(humming));
    expect(rig.lines('hearing_by_energy')).toHaveLength(1);
    expect(rig.line.hungUp).toBe(0);
    rig.silence(1_000);
    expect(rig.line.hungUp).toBe(1);
  });

  it('writes what it heard when the line is closed, and does nothing more', async () => {
    const rig = new Rig([{ say: 'this is a long sentence that is cut' }]);
    await rig.connect();
    await rig.speak('hi you');
    rig.person.closed();
    expect(rig.lines('line_closed')).toMatchObject([
      { heardWords: ['hi', 'you'], heardKeys: '', stepsDone: 0, stepsAll: 1 },
    ]);
    const [said] = rig.lines('said') as unknown as [{ words: object[]; endAtMs: number }];
    expect(said.words.length).toBeLessThan(8);
    expect(rig.frame()).toBe(false);
  });
});
