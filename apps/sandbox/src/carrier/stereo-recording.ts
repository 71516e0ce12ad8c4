import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { FRAME_BYTES, SAMPLE_RATE_HZ, wavHeader } from '@parley/audio';

const HEADER_BYTES = 44;
const BYTES_PER_FRAME = FRAME_BYTES * 4;
/** Two seconds of the call are held in memory, then written at one go. */
const FRAMES_HELD = 100;

function header(dataBytes: number): Uint8Array {
  return wavHeader({ encoding: 'pcm16', channels: 2 }, dataBytes);
}

/** A call as a WAV file: stereo, 8 kHz, 16 bit. Left is the person, right what the person was played. */
export class StereoRecording {
  private readonly held = Buffer.alloc(FRAMES_HELD * BYTES_PER_FRAME);
  private heldBytes = 0;
  private dataBytes = 0;
  private fd: number | undefined;

  constructor(readonly file: string) {}

  /** Makes the file and its folder. */
  start(): void {
    mkdirSync(dirname(this.file), { recursive: true });
    this.fd = openSync(this.file, 'w', 0o600);
    writeSync(this.fd, header(0));
  }

  /** Adds one frame of 160 samples a side. */
  write(left: Int16Array, right: Int16Array): void {
    if (this.fd === undefined) return;
    let at = this.heldBytes;
    for (let i = 0; i < FRAME_BYTES; i++) {
      this.held.writeInt16LE(left[i] ?? 0, at);
      this.held.writeInt16LE(right[i] ?? 0, at + 2);
      at += 4;
    }
    this.heldBytes = at;
    if (at === this.held.length) this.flush();
  }

  /** How long the recording is so far, in ms. */
  get durationMs(): number {
    return ((this.dataBytes + this.heldBytes) * 1000) / (SAMPLE_RATE_HZ * 4);
  }

  /** Writes what is held and the lengths in the header. */
  close(): void {
    if (this.fd === undefined) return;
    this.flush();
    writeSync(this.fd, header(this.dataBytes), 0, HEADER_BYTES, 0);
    closeSync(this.fd);
    this.fd = undefined;
  }

  private flush(): void {
    if (this.fd === undefined || this.heldBytes === 0) return;
    writeSync(this.fd, this.held, 0, this.heldBytes);
    this.dataBytes += this.heldBytes;
    this.heldBytes = 0;
  }
}
