import { nowMs } from '../clock.mjs';
import { frameMs } from '../frame-code.mjs';

const slots = 10;
const slotMs = frameMs / slots;
const lateMs = 5;

/** The one 20 ms beat of all callers, a tenth of them every 2 ms. Counts how often it was late itself. */
export class Beat {
  #slots = Array.from({ length: slots }, () => new Set());
  #next = 0;
  #dueMs = 0;
  #timer;
  beats = 0;
  lateBeats = 0;

  add(caller) {
    this.#slots.reduce((least, slot) => (slot.size < least.size ? slot : least)).add(caller);
    if (this.#timer) return;
    this.#dueMs = nowMs() + slotMs;
    this.#arm();
  }

  remove(caller) {
    for (const slot of this.#slots) slot.delete(caller);
  }

  /** Counts anew. */
  takeLateShare() {
    const share = this.lateBeats / Math.max(1, this.beats);
    this.beats = this.lateBeats = 0;
    return share;
  }

  #arm() {
    this.#timer = setTimeout(() => this.#run(), Math.max(0, this.#dueMs - nowMs()));
  }

  #run() {
    const atMs = nowMs();
    while (this.#dueMs <= atMs) {
      this.beats += 1;
      if (atMs - this.#dueMs > lateMs) this.lateBeats += 1;
      for (const caller of this.#slots[this.#next]) caller.tick(nowMs());
      this.#next = (this.#next + 1) % slots;
      this.#dueMs += slotMs;
    }
    if (this.#slots.some(({ size }) => size > 0)) this.#arm();
    else this.#timer = undefined;
  }
}
