import { wordsOf } from '../airline-script.mjs';
import { nowMs } from '../clock.mjs';
import { frameBytes, readCallerFrame } from '../frame-code.mjs';
import { ideal, transcriberPlan } from './delays.mjs';

const bytesPerMs = 8;
const frameMs = frameBytes / bytesPerMs;

/**
 * Hears one caller: reads from the frames which word of which turn is being said, and tells `protocol` when something
 * is due. Everything counts from when the audio arrived here.
 */
export class Ear {
  #offset = 0;
  #turn;
  #lastLoudMs = 0;
  #silentFrames = 0;
  #timers = new Set();
  #interim;
  #resumable = false;

  constructor(run, protocol) {
    this.run = run;
    this.protocol = protocol;
  }

  /** Frames are whole, however they are packed: every 160 bytes of the stream a new one begins. */
  hear(bytes) {
    let at = (frameBytes - (this.#offset % frameBytes)) % frameBytes;
    const fromMs = this.heardMs;
    this.#offset += bytes.length;
    for (; at < bytes.length; at += frameBytes) {
      const said = readCallerFrame(bytes, at);
      if (said) this.#loud(said, fromMs + at / bytesPerMs);
      else this.#silent();
    }
  }

  get heardMs() {
    return this.#offset / bytesPerMs;
  }

  close() {
    this.#stopTimers();
    clearInterval(this.#interim);
  }

  /** `fromMs`: where the frame begins in the audio. */
  #loud(said, fromMs) {
    const nowAtMs = nowMs();
    if (this.#turn?.turn !== said.turn) this.#begin(said, nowAtMs);
    else if (this.#silentFrames > 0) this.#goOn();
    this.#lastLoudMs = nowAtMs;
    this.#silentFrames = 0;
    const turn = this.#turn;
    const isNewWord = said.word > turn.word;
    turn.word = said.word;
    turn.times[said.word] ??= { startMs: fromMs };
    turn.times[said.word].endMs = fromMs + frameMs;
    if (isNewWord && turn.plan.falseEndAfterWord === said.word - 1) this.#falseEnd();
  }

  #begin(said, atMs) {
    this.close();
    const words = wordsOf(this.run.script, said.call, said.turn);
    const plan = transcriberPlan(this.run, said.call, said.turn, words.length);
    this.#turn = { call: said.call, turn: said.turn, words, plan, word: -1, times: [] };
    this.#resumable = false;
    this.protocol.onset(this.#turn);
    this.#at(atMs + plan.startMs, () => this.protocol.started(this.#turn, this.#words(false)));
    this.#interim = setInterval(() => {
      this.protocol.interim(this.#turn, this.#words(false, this.#silentFrames > 0 ? 1 : 0));
    }, ideal.interimEveryMs);
  }

  #silent() {
    this.#silentFrames += 1;
    if (this.#silentFrames !== 1 || !this.#turn) return;
    const { plan, word, words } = this.#turn;
    const isOver = word >= words.length - 1;
    this.#at(this.#lastLoudMs + plan.eagerMs, () => {
      this.#resumable = true;
      this.protocol.eager(this.#turn, this.#words(false));
    });
    this.#at(this.#lastLoudMs + plan.endMs, () =>
      isOver ? this.#end() : this.protocol.paused(this.#turn, this.#words(true)),
    );
    // Words that never arrived end no turn; the silence behind them does.
    if (!isOver) this.#at(this.#lastLoudMs + 2_500, () => this.#end());
  }

  #goOn() {
    this.#stopTimers();
    if (!this.#resumable) return;
    this.#resumable = false;
    this.protocol.resumed(this.#turn, this.#words(false));
  }

  #falseEnd() {
    this.protocol.falseEnd(this.#turn, this.#words(false));
    this.#at(nowMs() + 200, () => this.protocol.resumed(this.#turn, this.#words(false)));
  }

  #end() {
    const turn = this.#turn;
    clearInterval(this.#interim);
    this.#stopTimers();
    this.#resumable = false;
    this.protocol.ended(turn, this.#words(true));
    this.#at(this.#lastLoudMs + ideal.utteranceEndMs, () => this.protocol.fellSilent(turn));
  }

  /**
   * The words so far: [{text, startMs, endMs}]. One may be heard wrong until the turn is over. `running`: 0 leaves the
   * word out that is still being said.
   */
  #words(isSettled, running = 1) {
    const { words, word, plan, times } = this.#turn;
    return words.slice(0, word + running).map((said, at) => {
      const isWrong = !isSettled && at === plan.wrongWord && at < word;
      return { text: isWrong ? 'maybe' : said, ...(times[at] ?? times.find(Boolean)) };
    });
  }

  #at(dueMs, work) {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        work();
      },
      Math.max(0, dueMs - nowMs()),
    );
    this.#timers.add(timer);
  }

  #stopTimers() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
