import { fork } from 'node:child_process';
import { join } from 'node:path';

/** The vendors' process, as the rest of the rig talks to it. */
export class VendorProcess {
  #child = fork(join(import.meta.dirname, 'vendors', 'vendors.mjs'), { serialization: 'advanced' });
  #waiting = new Map();
  #count = 0;

  constructor() {
    this.#child.on('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values())
        reject(new Error(`the vendors' process ended (${code ?? signal})`));
    });
    // Reported by whoever asks next.
    this.#child.on('error', () => undefined);
    this.#child.on('message', ({ id, answer }) => {
      this.#waiting.get(id).resolve(answer);
      this.#waiting.delete(id);
    });
  }

  get pid() {
    return this.#child.pid;
  }

  /** @param tls {key, cert} or nothing. Gives the ports. */
  listen(tls) {
    return this.#ask({ do: 'listen', tls });
  }

  /** What is said from now on, and how noisily it is heard. */
  run(settings) {
    return this.#ask({ do: 'run', settings });
  }

  /** What was noted since the last time. */
  collect() {
    return this.#ask({ do: 'collect' });
  }

  close() {
    this.#child.kill();
  }

  #ask(message) {
    this.#count += 1;
    const id = this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      if (this.#child.connected) this.#child.send({ id, ...message });
      else reject(new Error("the vendors' process is gone"));
    });
  }
}
