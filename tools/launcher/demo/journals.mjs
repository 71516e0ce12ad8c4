import { setTimeout as delay } from 'node:timers/promises';

/** The voice's is for the display alone: it knows how the words are written. Nothing is judged by it. */
const names = ['carrier', 'caller', 'receiver', 'voice'];

/** Follows the journals from now on, over the sandbox's control port. */
export class JournalFollower {
  constructor(control) {
    this.control = control;
    this.after = {};
    this.journals = Object.fromEntries(names.map((name) => [name, []]));
  }

  /** Leaves out all that was written before. */
  async skip() {
    this.after = await this.control('GET', '/journals');
  }

  /** Resolves the new lines of all journals in the order of their times, each with its `journal`. */
  async read() {
    const fresh = await Promise.all(names.map((name) => this.readOne(name)));
    return fresh.flat().toSorted((a, b) => a.atMs - b.atMs);
  }

  async readOne(name) {
    const lines = await this.control('GET', `/journals/${name}?after=${this.after[name] ?? 0}`);
    this.after[name] = lines.at(-1)?.seq ?? this.after[name];
    this.journals[name].push(...lines);
    return lines.map((line) => ({ ...line, journal: name }));
  }

  /** Hands every new line to `onLine`, then the time to `onPause`, until `isDone(journals)` or the deadline. Resolves whether it was done. */
  async follow({ onLine, onPause, isDone, deadlineMs, signal }) {
    const end = Date.now() + deadlineMs;
    for (;;) {
      signal?.throwIfAborted();
      for (const line of await this.read()) onLine(line);
      onPause?.(Date.now());
      if (isDone(this.journals)) return true;
      if (Date.now() > end) return false;
      await delay(100);
    }
  }
}

/** A call is over when the carrier ended it and its transcript, the last event, arrived. */
export const isOver = ({ carrier, receiver }) => {
  const main = carrier.find((line) => line.kind === 'call_created' && line.parentCallSid === null);
  const ended = carrier.some((line) => line.kind === 'call_ended' && line.callSid === main?.callSid);
  const written = carrier.some((line) => line.kind === 'recording_written' && line.callSid === main?.callSid);
  const told = receiver.some((line) => line.body?.type === 'event_transcript');
  const end = carrier.findLast((line) => line.kind === 'call_ended')?.atMs ?? Infinity;
  // Without an answer, or after a failure, there is nothing to wait for but a moment.
  return ended && ((told && written) || Date.now() - end > 15_000);
};
