import { FRAME_MS } from '@parley/audio';
import { CancelTimer, Clock } from '@parley/kernel';

/** Something that has audio to move every 20 ms. */
export interface Ticking {
  /** `atMs` is when this frame is due (epoch), not when it is run: frames of one line are exactly 20 ms apart. */
  tick(atMs: number): void;
}

/** The lines start at different moments, so their frames do too: four turns within each 20 ms. */
const SLOTS = 4;
const SLOT_MS = FRAME_MS / SLOTS;
/** After a stop of the process (a debugger, a sleeping laptop) time goes on from now; no flood of old frames. */
const MAX_BEHIND_MS = 1_000;

/**
 * The one 20 ms beat of all lines. Drift-corrected: a beat that comes late runs the frames it missed at once, each with
 * its own due time, so that over any stretch the number of frames is right. One timer, however many lines.
 */
export class FrameScheduler {
  private readonly slots: Set<Ticking>[] = Array.from({ length: SLOTS }, () => new Set());
  private cancel: CancelTimer | undefined;
  private nextSlot = 0;
  private nextDueMs = 0;
  private epochOffsetMs = 0;
  private count = 0;

  /** `jitterMs`: each beat comes up to so much late, as on a real network. */
  constructor(
    private readonly clock: Clock,
    private readonly options: { readonly jitterMs: number; readonly random: () => number } = {
      jitterMs: 0,
      random: () => 0,
    },
  ) {}

  /** How many lines there are. */
  get size(): number {
    return this.count;
  }

  /** Adds a line; its first tick comes within 20 ms. */
  add(line: Ticking): void {
    const slot = this.slots.reduce((least, other) => (other.size < least.size ? other : least));
    slot.add(line);
    this.count++;
    if (this.cancel) return;
    this.nextDueMs = this.clock.monotonicMs() + SLOT_MS;
    this.epochOffsetMs = this.clock.nowMs() - this.clock.monotonicMs();
    this.arm();
  }

  /** Removes a line; it is not ticked again. */
  remove(line: Ticking): void {
    for (const slot of this.slots) if (slot.delete(line)) this.count--;
    if (this.count === 0) this.close();
  }

  /** Stops the beat. Lines that are left are not ticked any more. */
  close(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private arm(): void {
    const jitterMs = this.options.jitterMs * this.options.random();
    const delayMs = Math.max(0, this.nextDueMs - this.clock.monotonicMs() + jitterMs);
    this.cancel = this.clock.after(delayMs, this.beat);
  }

  private readonly beat = (): void => {
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.nextDueMs > MAX_BEHIND_MS) this.nextDueMs = nowMs;
    while (this.nextDueMs <= nowMs) {
      const atMs = this.nextDueMs + this.epochOffsetMs;
      for (const line of this.slots[this.nextSlot] ?? []) line.tick(atMs);
      this.nextSlot = (this.nextSlot + 1) % SLOTS;
      this.nextDueMs += SLOT_MS;
    }
    if (this.count > 0) this.arm();
  };
}
