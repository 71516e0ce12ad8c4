import { nowMs } from '../clock.mjs';

/** What the vendors did and when, kept in memory until it is asked for: writing it meanwhile would cost time. */
export class Journal {
  #lines = [];

  write(kind, fields) {
    const line = { kind, atMs: nowMs(), ...fields };
    this.#lines.push(line);
    return line;
  }

  take() {
    return this.#lines.splice(0);
  }
}
