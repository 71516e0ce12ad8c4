import { FRAME_BYTES, mulawDurationMs } from '@parley/audio';
import type { CancelTimer, Clock } from '@parley/kernel';
import { isLoopbackHost } from '@parley/observability';
import { WebSocket } from 'ws';
import type { Faults } from '../faults';
import type { CarrierEntries, Journal } from '../journal';
import type { LineSink, LineSource } from './line';
import { PlayOut } from './play-out';
import { signRequest } from './signature';
import { isFrameFault, readProductFrame } from './stream-frames';
import type { ProductFrame } from './stream-frames';

export interface MediaStreamDeps {
  readonly clock: Clock;
  readonly journal: Journal<CarrierEntries>;
  readonly faults: Faults;
  readonly authToken: string;
}

export interface MediaStreamOptions {
  readonly url: string;
  readonly accountSid: string;
  readonly callSid: string;
  readonly streamSid: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Which call this is, for faults. */
  readonly callIndex: number;
}

/** Who ended a stream. */
export type StreamEnd = CarrierEntries['stream_stopped']['by'] | 'refused';

const HANDSHAKE_TIMEOUT_MS = 10_000;
const MAX_FRAME_BYTES = 1024 * 1024;
/** What waits on the socket of a product that does not read; beyond it inbound audio is dropped. */
const MAX_UNSENT_BYTES = 256 * 1024;
/** So many frames without audio, and the play-out counts as ended. */
const QUIET_FRAMES = 5;
/** How long the product has to answer our close before its socket is cut. */
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * One bidirectional Media Stream: the carrier's client of the product's socket. To the line it is what the person hears
 * (the play-out buffer) and where their voice goes.
 */
export class MediaStream implements LineSource, LineSink {
  /** Resolves once, when the stream is over for whatever reason. */
  readonly ended: Promise<StreamEnd>;

  private settle: (end: StreamEnd) => void = () => undefined;
  private socket: WebSocket | undefined;
  private state: 'opening' | 'open' | 'over' = 'opening';
  private readonly playOut = new PlayOut();
  private readonly ids: { readonly callSid: string; readonly streamSid: string };
  private readonly frameTail: string;
  private sequence = 0;
  private chunk = 0;
  private firstFrameAtMs: number | undefined;
  private quietFrames = QUIET_FRAMES;
  private framesFromProduct = 0;
  private bytesFromProduct = 0;
  private marksReceived = 0;
  private clears = 0;
  private lateFrames = 0;
  private cutTimer: CancelTimer | undefined;

  constructor(
    private readonly deps: MediaStreamDeps,
    private readonly options: MediaStreamOptions,
  ) {
    this.ids = { callSid: options.callSid, streamSid: options.streamSid };
    this.frameTail = `"},"streamSid":"${options.streamSid}"}`;
    this.ended = new Promise((resolve) => (this.settle = resolve));
  }

  /** The name of the stream. */
  get streamSid(): string {
    return this.options.streamSid;
  }

  /** Opens the socket. True when the stream runs; false when it was refused (then `ended` is settled too). */
  open(): Promise<boolean> {
    const { url } = this.options;
    this.deps.journal.write('stream_opening', { ...this.ids, url });
    const wrong = urlFault(url);
    if (wrong) {
      this.refuse(wrong.error, null, wrong.reason);
      return Promise.resolve(false);
    }
    const socket = new WebSocket(url, {
      headers: {
        'X-Twilio-Signature': signRequest(this.deps.authToken, url),
        'User-Agent': 'Twilio.TmeWs/1.0',
      },
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      maxPayload: MAX_FRAME_BYTES,
    });
    this.socket = socket;
    return new Promise((resolve) => {
      socket.once('open', () => {
        this.begin();
        resolve(true);
      });
      socket.once('unexpected-response', (_request, response) => {
        const status = response.statusCode ?? 0;
        this.refuse(31920, status, 'the handshake was not answered with 101');
        socket.terminate();
        resolve(false);
      });
      socket.on('error', (error) => {
        if (this.state === 'opening') this.refuse(31902, null, error.message);
        resolve(false);
      });
      socket.on('message', (data, isBinary) => this.receive(data as Buffer, isBinary));
      socket.on('close', (code) => {
        this.finish(code === 1006 ? 'socket_lost' : 'product', code);
        resolve(false);
      });
    });
  }

  /** Fills the frame that the person hears next; returns marks that became due before it. */
  read(frame: Buffer): void {
    for (let name = this.playOut.takeDueMark(); name !== undefined; name = this.playOut.takeDueMark())
      this.returnMark(name, false);
    if (this.deps.faults.has('carrier', 'swapFrames')) this.swapFrames();
    const bytes = this.playOut.read(frame);
    if (bytes > 0 && this.deps.faults.has('carrier', 'loseFrames')) this.loseFrame(frame);
    if (bytes > 0) {
      if (this.quietFrames >= QUIET_FRAMES)
        this.deps.journal.write('playout_started', {
          ...this.ids,
          playedMs: this.playOut.playedMs - mulawDurationMs(bytes),
        });
      else this.lateFrames += this.quietFrames;
      this.quietFrames = 0;
    } else if (++this.quietFrames === QUIET_FRAMES)
      this.deps.journal.write('playout_ended', { ...this.ids, playedMs: this.playOut.playedMs });
  }

  /** Sends one frame of the person's voice to the product. */
  write(frame: Buffer, atMs: number): void {
    if (this.state !== 'open' || !this.socket || this.socket.bufferedAmount > MAX_UNSENT_BYTES) return;
    this.firstFrameAtMs ??= atMs;
    this.sequence++;
    this.chunk++;
    const timestamp = Math.round(atMs - this.firstFrameAtMs);
    this.socket.send(
      `{"event":"media","sequenceNumber":"${this.sequence}","media":{"track":"inbound","chunk":"${this.chunk}","timestamp":"${timestamp}","payload":"${frame.toString('base64')}${this.frameTail}`,
    );
  }

  /** Tells the product of a key that the person pressed. */
  pressKey(digit: string): void {
    this.send({
      event: 'dtmf',
      streamSid: this.options.streamSid,
      sequenceNumber: this.nextSequence(),
      dtmf: { track: 'inbound_track', digit },
    });
  }

  /** Ends the stream from the carrier's side: `stop`, then the socket is closed. */
  stop(): void {
    const { accountSid, callSid, streamSid } = this.options;
    this.send({
      event: 'stop',
      sequenceNumber: this.nextSequence(),
      stop: { accountSid, callSid },
      streamSid,
    });
    this.finish('carrier', null);
  }

  private begin(): void {
    if (this.state !== 'opening') return;
    const { accountSid, callSid, streamSid, parameters, callIndex } = this.options;
    this.state = 'open';
    this.send({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    this.send({
      event: 'start',
      sequenceNumber: this.nextSequence(),
      start: {
        accountSid,
        streamSid,
        callSid,
        tracks: ['inbound'],
        mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
        customParameters: parameters,
      },
      streamSid,
    });
    this.deps.journal.write('stream_started', { ...this.ids, customParameters: parameters });
    const drop = this.deps.faults.take('carrier', 'dropSocketAfterMs', callIndex);
    if (drop) this.cutTimer = this.deps.clock.after(drop.number(1_000), () => this.cut(drop.value));
  }

  private receive(data: Buffer, isBinary: boolean): void {
    if (this.state !== 'open') return;
    const read = readProductFrame(data, isBinary, this.options.streamSid);
    if (!isFrameFault(read)) {
      this.obey(read);
      return;
    }
    this.deps.journal.write('frame_refused', {
      ...this.ids,
      ...read,
      frame: isBinary ? `<${data.length} bytes>` : data.toString('utf8').slice(0, 500),
    });
    this.finish('bad_frame', null, 1008);
  }

  private obey(frame: ProductFrame): void {
    if (frame.event === 'media') {
      this.framesFromProduct++;
      this.bytesFromProduct += frame.payload.length;
      if (this.playOut.bufferedBytes === 0) this.deps.journal.write('audio_arrived', this.ids);
      if (this.playOut.push(frame.payload)) return;
      const discardedMs = mulawDurationMs(frame.payload.length);
      this.deps.journal.write('playout_discarded', { ...this.ids, error: 31931, discardedMs });
    } else if (frame.event === 'mark') {
      this.marksReceived++;
      this.deps.journal.write('mark_received', {
        ...this.ids,
        name: frame.name,
        bufferedMs: mulawDurationMs(this.playOut.bufferedBytes),
      });
      if (this.playOut.mark(frame.name)) this.returnMark(frame.name, false);
    } else {
      this.clears++;
      for (let name = this.playOut.takeDueMark(); name !== undefined; name = this.playOut.takeDueMark())
        this.returnMark(name, false);
      const { droppedBytes, marks } = this.playOut.clear();
      this.deps.journal.write('clear', { ...this.ids, droppedMs: mulawDurationMs(droppedBytes) });
      for (const name of marks) this.returnMark(name, true);
    }
  }

  private returnMark(name: string, cleared: boolean): void {
    if (this.deps.faults.take('carrier', 'loseMarks')) {
      this.deps.journal.write('mark_lost', { ...this.ids, name });
      return;
    }
    this.send({
      event: 'mark',
      sequenceNumber: this.nextSequence(),
      streamSid: this.options.streamSid,
      mark: { name },
    });
    this.deps.journal.write('mark_returned', {
      ...this.ids,
      name,
      cleared,
      playedMs: this.playOut.playedMs,
    });
  }

  private swapFrames(): void {
    if (this.playOut.bufferedBytes < 2 * FRAME_BYTES) return;
    const fault = this.deps.faults.take('carrier', 'swapFrames');
    if (!fault) return;
    const waiting = Math.floor(this.playOut.bufferedBytes / FRAME_BYTES) - 1;
    this.playOut.swapFrames(Math.min(fault.number(5), waiting));
    this.deps.journal.write('fault', { fault: 'swapFrames', callSid: this.ids.callSid });
  }

  private loseFrame(frame: Buffer): void {
    if (!this.deps.faults.take('carrier', 'loseFrames')) return;
    frame.fill(0xff);
    this.deps.journal.write('fault', { fault: 'loseFrames', callSid: this.ids.callSid });
  }

  private cut(value: unknown): void {
    if (this.state !== 'open') return;
    this.deps.journal.write('fault', {
      fault: 'dropSocketAfterMs',
      callSid: this.ids.callSid,
      value,
    });
    const socket = this.socket;
    this.finish('fault', null);
    socket?.terminate();
  }

  private refuse(error: number, httpStatus: number | null, reason: string): void {
    if (this.state === 'over') return;
    this.state = 'over';
    this.deps.journal.write('stream_refused', { ...this.ids, error, httpStatus, reason });
    this.settle('refused');
  }

  private finish(
    by: CarrierEntries['stream_stopped']['by'],
    closeCode: number | null,
    sendCode = 1000,
  ): void {
    if (this.state === 'over') return;
    const wasOpening = this.state === 'opening';
    this.state = 'over';
    this.cutTimer?.();
    const socket = this.socket;
    if (wasOpening) socket?.terminate();
    else if (socket && by !== 'fault' && socket.readyState !== WebSocket.CLOSED) {
      socket.close(sendCode);
      const cancel = this.deps.clock.after(CLOSE_TIMEOUT_MS, () => socket.terminate());
      socket.once('close', cancel);
    }
    this.deps.journal.write('stream_stopped', {
      ...this.ids,
      by,
      closeCode,
      framesToProduct: this.chunk,
      framesFromProduct: this.framesFromProduct,
      bytesFromProduct: this.bytesFromProduct,
      marksReceived: this.marksReceived,
      clears: this.clears,
      lateFrames: this.lateFrames,
    });
    this.settle(by);
  }

  private nextSequence(): string {
    return String(++this.sequence);
  }

  private send(message: object): void {
    if (this.state === 'open' && this.socket?.readyState === WebSocket.OPEN)
      this.socket.send(JSON.stringify(message));
  }
}

function urlFault(url: string): { error: number; reason: string } | undefined {
  if (!URL.canParse(url)) return { error: 31923, reason: 'not a URL' };
  const { protocol, hostname } = new URL(url);
  if (protocol === 'wss:' || (protocol === 'ws:' && isLoopbackHost(hostname))) return undefined;
  return { error: 31922, reason: `${protocol} is not wss:` };
}
