import { soundingBytes } from './sounding-bytes';
import { bytesPerMs } from './vendor-wire';

const stepBytes = 160;
/** A pause of this length parts one stretch of sound from the next. */
const gapMs = 700;
/** Spoken words sound for so long at least; a door or a cough does not. */
const leastSpokenMs = 500;
/** Nobody speaks for so long without a pause; music does. */
const longestSpokenMs = 15_000;

/** Follows what is audible in the audio that a vendor is sent, and what of it was answered. */
export class HeardSound {
  private soundBytes = 0;
  private quietBytes = 0;
  /** The running stretch of sound: what of it is audible, and how long it is with its pauses. */
  private stretchBytes = 0;
  private spanBytes = 0;

  push(mulaw: Uint8Array): void {
    if (mulaw.length <= stepBytes) this.step(mulaw);
    else for (let at = 0; at < mulaw.length; at += stepBytes) this.step(mulaw.subarray(at, at + stepBytes));
  }

  /** The vendor told something of the audio. */
  answered(): void {
    this.soundBytes = 0;
    this.stretchBytes = 0;
    this.spanBytes = 0;
  }

  /** Audible since the last answer. */
  get soundMs(): number {
    return this.soundBytes / bytesPerMs;
  }

  /** Since anything was audible. */
  get quietMs(): number {
    return this.quietBytes / bytesPerMs;
  }

  /** True when what was audible last, and was not answered, may well have been words. */
  get looksSpoken(): boolean {
    return this.stretchBytes >= leastSpokenMs * bytesPerMs && this.spanBytes <= longestSpokenMs * bytesPerMs;
  }

  private step(mulaw: Uint8Array): void {
    const { length } = mulaw;
    if (soundingBytes(mulaw) === 0) {
      this.quietBytes += length;
      return;
    }
    if (this.quietMs >= gapMs) this.stretchBytes = this.spanBytes = 0;
    if (this.stretchBytes > 0) this.spanBytes += this.quietBytes;
    this.quietBytes = 0;
    this.soundBytes += length;
    this.stretchBytes += length;
    this.spanBytes += length;
  }
}
