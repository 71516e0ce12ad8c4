import type { CancelTimer, Clock } from '@parley/kernel';
import type { Logger } from '@parley/observability';
import type { RawData, WebSocket } from 'ws';
import type { PlayOutSink } from './play-out';
import { FrameFault, parseFrame } from './twilio-frames';
import type { CarrierFrame } from './twilio-frames';

/** What one media socket tells. `onClosed` comes once, last, whatever ended it. */
export interface MediaSocketListener {
  onStart(start: { streamSid: string; callSid: string }): void;
  onAudio(mulaw: Uint8Array): void;
  onMark(name: string): void;
  onKey(key: string): void;
  onClosed(reason: string): void;
}

const startWithinMs = 5_000;
const pingEveryMs = 30_000;
const idleAfterMs = 60_000;
/** A carrier that takes no audio for so long (about a minute of it) is gone. */
const maxUnsentBytes = 1024 * 1024;

/** One media socket of the carrier: its frames in and out, its deadlines, and nothing of the conversation. */
export class MediaSocket implements PlayOutSink {
  private listener: MediaSocketListener | undefined;
  private streamSid: string | undefined;
  private mediaPrefix = '';
  private markPrefix = '';
  private clearFrame = '';
  private timer: CancelTimer | undefined;
  private lastHeardMs = 0;
  private stopped = 'socket closed';
  private isOpen = true;
  private isClosing = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Begins to listen; a socket that does not start in time is closed. */
  start(listener: MediaSocketListener): void {
    this.listener = listener;
    this.lastHeardMs = this.clock.monotonicMs();
    this.socket.on('message', (data, isBinary) => this.received(data, isBinary));
    this.socket.on('pong', () => (this.lastHeardMs = this.clock.monotonicMs()));
    // ws closes by itself after an error, oversized frames included (1009).
    this.socket.on('error', (error) => this.logger.warn({ err: error }, 'media socket failed'));
    this.socket.on('close', () => this.closed());
    this.timer = this.clock.after(startWithinMs, () => this.close(1008, 'no start in time'));
  }

  media(mulaw: Uint8Array): void {
    const payload = Buffer.from(mulaw.buffer, mulaw.byteOffset, mulaw.byteLength).toString('base64');
    this.send(`${this.mediaPrefix}${payload}"}}`);
  }

  mark(name: string): void {
    this.send(`${this.markPrefix}${JSON.stringify(name)}}}`);
  }

  clear(): void {
    this.send(this.clearFrame);
  }

  /** Ends the socket from our side; nothing is heard from it any more. Right on one that is closed. */
  close(code: number, reason: string): void {
    if (!this.isOpen || this.isClosing) return;
    this.isClosing = true;
    this.stopped = reason;
    this.socket.close(code, closeReason(reason));
    // A peer that does not answer the close must not hold the call.
    this.timer?.();
    this.timer = this.clock.after(2_000, () => this.socket.terminate());
  }

  private received(data: RawData, isBinary: boolean): void {
    if (!this.isOpen || this.isClosing) return;
    this.lastHeardMs = this.clock.monotonicMs();
    try {
      if (isBinary) throw new FrameFault(1003, 'binary frame');
      // Text frames come as one Buffer: ws joins fragments.
      this.handle(parseFrame((data as Buffer).toString('utf8')));
    } catch (error) {
      if (error instanceof FrameFault) {
        this.logger.warn({ code: error.closeCode, reason: error.message }, 'bad frame, media socket closed');
        this.close(error.closeCode, error.message);
      } else {
        // A defect of ours in one call must not end the others.
        this.logger.error({ err: error }, 'frame not handled, media socket closed');
        this.close(1011, 'internal error');
      }
    }
  }

  private handle(frame: CarrierFrame): void {
    if (frame.event === 'other') return;
    if (frame.event === 'start') {
      this.started(frame.streamSid, frame.callSid);
      return;
    }
    if (this.streamSid === undefined) throw new FrameFault(1008, 'frame before start');
    if (frame.streamSid !== this.streamSid) throw new FrameFault(1008, 'frame of another stream');
    switch (frame.event) {
      case 'media':
        this.listener?.onAudio(frame.audio);
        break;
      case 'mark':
        this.listener?.onMark(frame.name);
        break;
      case 'dtmf':
        this.listener?.onKey(frame.digit);
        break;
      case 'stop':
        this.close(1000, 'carrier stopped the stream');
        break;
    }
  }

  private started(streamSid: string, callSid: string): void {
    if (this.streamSid !== undefined) throw new FrameFault(1008, 'second start');
    this.streamSid = streamSid;
    const sid = JSON.stringify(streamSid);
    this.mediaPrefix = `{"event":"media","streamSid":${sid},"media":{"payload":"`;
    this.markPrefix = `{"event":"mark","streamSid":${sid},"mark":{"name":`;
    this.clearFrame = `{"event":"clear","streamSid":${sid}}`;
    this.timer?.();
    this.watch();
    this.listener?.onStart({ streamSid, callSid });
  }

  private watch(): void {
    this.timer = this.clock.after(pingEveryMs, () => {
      if (this.clock.monotonicMs() - this.lastHeardMs >= idleAfterMs) {
        this.close(1008, 'nothing received');
        return;
      }
      if (this.socket.readyState === this.socket.OPEN) this.socket.ping();
      this.watch();
    });
  }

  private send(frame: string): void {
    if (!this.isOpen || this.streamSid === undefined || this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > maxUnsentBytes) {
      this.stopped = 'carrier takes no audio';
      this.socket.terminate();
      return;
    }
    this.socket.send(frame);
  }

  private closed(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.timer?.();
    this.timer = undefined;
    this.listener?.onClosed(this.stopped);
  }
}

/** A close frame holds 123 bytes of reason; ws throws over more. */
function closeReason(reason: string): string {
  let text = reason.slice(0, 123);
  while (Buffer.byteLength(text) > 123) text = text.slice(0, -1);
  return text;
}
