import { once } from 'node:events';
import { twilioSignature } from '@parley/telephony';
import { WebSocket } from 'ws';

interface SentFrame {
  readonly event: string;
  readonly streamSid: string;
  readonly media?: { readonly payload: string };
  readonly mark?: { readonly name: string };
}

export interface TestCarrierOptions {
  readonly port: number;
  readonly publicMediaUrl: string;
  readonly token: string;
  readonly authToken: string;
}

/** The carrier's end of one media socket: plays what it is sent in real time, and returns the marks. */
export class TestCarrier {
  readonly frames: SentFrame[] = [];
  readonly streamSid = 'MZ00000000000000000000000000000001';
  readonly callSid = 'CA00000000000000000000000000000001';
  playedBytes = 0;
  closed: { code: number; reason: string } | undefined;
  private endMs = 0;
  private pending: string[] = [];
  private sequence = 0;

  private constructor(readonly socket: WebSocket) {
    socket.on('error', () => undefined);
    socket.on('message', (data) => this.received(JSON.parse((data as Buffer).toString()) as SentFrame));
    socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
  }

  /** Opens a signed socket. */
  static async open(options: TestCarrierOptions): Promise<TestCarrier> {
    const carrier = new TestCarrier(openSocket(options));
    await once(carrier.socket, 'open');
    return carrier;
  }

  /** `connected` and `start`, as the carrier sends them. */
  start(): void {
    const { streamSid, callSid } = this;
    this.sendRaw({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
    const start = {
      accountSid: 'AC1',
      streamSid,
      callSid,
      tracks: ['inbound'],
      mediaFormat,
      customParameters: {},
    };
    this.sendRaw({ event: 'start', sequenceNumber: this.next(), start, streamSid });
  }

  speak(mulaw: Uint8Array): void {
    const media = {
      track: 'inbound',
      chunk: '1',
      timestamp: '1',
      payload: Buffer.from(mulaw).toString('base64'),
    };
    this.sendRaw({ event: 'media', sequenceNumber: this.next(), media, streamSid: this.streamSid });
  }

  press(digit: string): void {
    const { streamSid } = this;
    this.sendRaw({
      event: 'dtmf',
      streamSid,
      sequenceNumber: this.next(),
      dtmf: { track: 'inbound_track', digit },
    });
  }

  /** The caller hangs up. */
  hangUp(): void {
    this.sendRaw({ event: 'stop', sequenceNumber: this.next(), stop: {}, streamSid: this.streamSid });
  }

  sendRaw(frame: unknown): void {
    this.socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  private next(): string {
    this.sequence += 1;
    return String(this.sequence);
  }

  private received(frame: SentFrame): void {
    this.frames.push(frame);
    const nowMs = performance.now();
    if (frame.event === 'media') {
      const bytes = Buffer.from(frame.media?.payload ?? '', 'base64').length;
      this.playedBytes += bytes;
      this.endMs = Math.max(nowMs, this.endMs) + bytes / 8;
    } else if (frame.event === 'mark') {
      const name = frame.mark?.name ?? '';
      this.pending.push(name);
      setTimeout(() => this.returnMark(name), Math.max(0, this.endMs - nowMs));
    } else if (frame.event === 'clear') {
      this.endMs = nowMs;
      for (const name of [...this.pending]) this.returnMark(name);
    }
  }

  private returnMark(name: string): void {
    if (!this.pending.includes(name)) return;
    this.pending = this.pending.filter((other) => other !== name);
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.sendRaw({ event: 'mark', sequenceNumber: this.next(), streamSid: this.streamSid, mark: { name } });
  }
}

/** A socket with whatever token and signature; for those that are to be refused. */
export function openSocket(options: TestCarrierOptions & { signature?: string | null }): WebSocket {
  const path = `/media/${options.token}`;
  const signature =
    options.signature ?? twilioSignature(options.authToken, options.publicMediaUrl + path, {});
  const headers = options.signature === null ? {} : { 'x-twilio-signature': signature };
  return new WebSocket(`ws://127.0.0.1:${options.port}${path}`, { headers, perMessageDeflate: false });
}
