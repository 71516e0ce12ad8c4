import type { PersonOnLine, TelephoneLine } from '../carrier';

/** A person who answers at once, keeps what they hear, and says what they are given, frame by frame. */
export class PlainPerson implements PersonOnLine {
  line: TelephoneLine | undefined;
  isConnected = false;
  isClosed = false;
  /** Frames that held anything but silence. */
  readonly heard: Buffer[] = [];
  readonly frameTimes: number[] = [];
  /** Frames to say, the next first. */
  readonly toSay: Buffer[] = [];

  constructor(private readonly onRing: 'answer' | 'busy' | 'ring' = 'answer') {}

  rings(line: TelephoneLine): void {
    this.line = line;
    if (this.onRing === 'answer') queueMicrotask(() => line.answer());
    if (this.onRing === 'busy') queueMicrotask(() => line.refuse());
  }

  connected(line: TelephoneLine): void {
    this.line = line;
    this.isConnected = true;
  }

  exchange(heard: Buffer, said: Buffer, atMs: number): void {
    if (heard.some((byte) => byte !== 0xff)) this.heard.push(Buffer.from(heard));
    this.frameTimes.push(atMs);
    this.toSay.shift()?.copy(said);
  }

  closed(): void {
    this.isClosed = true;
  }
}
