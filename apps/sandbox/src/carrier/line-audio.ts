import { FRAME_BYTES, MULAW_SILENCE } from '@parley/audio';
import type { Line, LineSink, LineSource } from './line';
import { PlayOut } from './play-out';

/** How many frames of a bridge may wait: two lines tick at different moments of the same 20 ms. */
const MAX_BRIDGE_FRAMES = 5;

/**
 * Plays µ-law to the person on a line. Resolves when all of it was played, or `signal` is aborted; then what is left is
 * dropped.
 */
export function announce(line: Line, mulaw: Buffer, signal: AbortSignal): Promise<void> {
  if (signal.aborted || mulaw.length === 0) return Promise.resolve();
  const buffer = new PlayOut();
  buffer.push(mulaw);
  return new Promise((resolve) => {
    const finish = () => {
      signal.removeEventListener('abort', finish);
      detach();
      resolve();
    };
    const detach = line.attach({
      read: (frame) => {
        if (buffer.read(frame) === 0) finish();
      },
    });
    signal.addEventListener('abort', finish);
  });
}

/** Joins two lines, so that each person hears the other. Returns what takes them apart. */
export function bridge(one: Line, other: Line): () => void {
  const toOne = new BridgeBuffer();
  const toOther = new BridgeBuffer();
  const detachOne = one.attach(toOne, toOther);
  const detachOther = other.attach(toOther, toOne);
  return () => {
    detachOne();
    detachOther();
  };
}

/** Carries one direction of a bridge; when full the oldest frame goes. */
class BridgeBuffer implements LineSource, LineSink {
  private readonly frames: Buffer[] = [];

  write(frame: Buffer): void {
    const free = this.frames.length >= MAX_BRIDGE_FRAMES ? this.frames.shift() : undefined;
    const copy = free ?? Buffer.allocUnsafe(FRAME_BYTES);
    frame.copy(copy);
    this.frames.push(copy);
  }

  read(frame: Buffer): void {
    const next = this.frames.shift();
    if (next) next.copy(frame);
    else frame.fill(MULAW_SILENCE);
  }
}
