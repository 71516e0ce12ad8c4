import { frameBytes, frameMs, readAgentFrame } from '../frame-code.mjs';

/**
 * The carrier's buffer of one call, as Twilio has it: what comes is played in order and in real time, a mark returns
 * when all before it was played, `clear` empties the buffer and returns its marks. Time is worked out, not waited for.
 */
export class PlayOut {
  #endMs = 0;
  #marks = [];

  /** When the last of what is buffered will have been played. */
  get endMs() {
    return this.#endMs;
  }

  /**
   * Takes µ-law that arrived now. Gives how long the buffer had been dry, when its first frame is heard, and what its
   * frames are: [{speech, index, isEnd, atMs}], silence left out.
   */
  push(mulaw, nowAtMs) {
    const dryMs = Math.max(0, nowAtMs - this.#endMs);
    const fromMs = nowAtMs + Math.max(0, this.#endMs - nowAtMs);
    const frames = [];
    for (let at = 0; at < mulaw.length; at += frameBytes) {
      const said = readAgentFrame(mulaw, at);
      if (said) frames.push({ ...said, atMs: fromMs + (at / frameBytes) * frameMs });
    }
    this.#endMs = fromMs + mulaw.length / 8;
    return { dryMs, fromMs, frames };
  }

  mark(name) {
    this.#marks.push({ name, dueMs: this.#endMs });
  }

  /** The marks that are due. */
  due(nowAtMs) {
    if (this.#marks.length === 0 || this.#marks[0].dueMs > nowAtMs) return [];
    const due = this.#marks.filter(({ dueMs }) => dueMs <= nowAtMs);
    this.#marks = this.#marks.filter(({ dueMs }) => dueMs > nowAtMs);
    return due.map(({ name }) => name);
  }

  /** Drops all; gives the marks that come back at once. */
  clear(nowAtMs) {
    this.#endMs = Math.min(this.#endMs, nowAtMs);
    return this.#marks.splice(0).map(({ name }) => name);
  }
}
