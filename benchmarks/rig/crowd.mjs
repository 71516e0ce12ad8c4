import { setTimeout as delay } from 'node:timers/promises';
import { Beat } from './callers/beat.mjs';
import { Caller } from './callers/caller.mjs';
import { MediaLine } from './callers/media-line.mjs';

/** Call numbers are never used twice, so that no journal can mix two runs up. */
let nextCall = 1;

const ringMs = 1_000;

/** Callers on one system, all with the same script. */
export class Crowd {
  beat = new Beat();
  callers = [];

  constructor(system, { script, turnsMost = Infinity, bargeIn = false }) {
    Object.assign(this, { system, script, turnsMost, bargeIn });
  }

  /** Dials `count` calls, evenly over `withinMs`. Resolves when all have been answered, or refused. */
  async dial(count, withinMs) {
    const dialled = [];
    for (let index = 0; index < count; index += 1) {
      dialled.push(this.#dialOne());
      await delay(withinMs / count);
    }
    await Promise.all(dialled);
  }

  /** Resolves when every caller has hung up, or `deadlineMs` has passed. */
  async done(deadlineMs) {
    const overdue = delay(deadlineMs, 'overdue', { ref: false });
    return (await Promise.race([Promise.all(this.callers.map(({ done }) => done)), overdue])) !== 'overdue';
  }

  hangUp() {
    for (const { caller } of this.callers) caller.hangUp();
  }

  stop() {
    for (const { caller } of this.callers) caller.stop();
  }

  get live() {
    return this.callers.filter(({ isLive }) => isLive).length;
  }

  async #dialOne() {
    const call = nextCall++;
    this.system.ring?.(call);
    await delay(ringMs);
    const entry = { isLive: true };
    entry.done = new Promise((resolve) => {
      entry.caller = new Caller({
        ...{ call, script: this.script, turnsMost: this.turnsMost, bargeIn: this.bargeIn, beat: this.beat },
        line: (listener) => new MediaLine(this.system.doorOf(call), listener),
        onDone: () => {
          entry.isLive = false;
          resolve();
        },
      });
    });
    this.callers.push(entry);
    return entry.caller.dial();
  }
}
