import { decodeMulaw } from '@parley/audio';
import type { CancelTimer } from '@parley/kernel';
import type { WebSocket } from 'ws';
import type { TranscriberEntries } from '../journal';
import { NoisyHearing } from './noisy-hearing';
import type { ProviderOptions } from './provider-server';
import type { SessionFacts } from './session-door';
import { SessionFaults, sessionFaults } from './session-faults';

/** What a message says, for the journal. */
export interface ResultNote {
  readonly type: string;
  readonly text: string;
  readonly isFinal: boolean;
  readonly endOfTurn: boolean;
}

/** A message on its way to the client. */
interface Outgoing {
  /** Null: nothing goes out. */
  readonly text: string | null;
  readonly dueMs: number;
  readonly sent: () => void;
}

export interface Sending {
  /** How long it takes until the message is sent. */
  readonly delayMs?: number;
  readonly note?: ResultNote | undefined;
  readonly sent?: () => void;
}

const RESET_AFTER_MS = 1000;
/** Audio is heard in steps of 20 ms, however it comes: what is told must not depend on how it was cut. */
const STEP_SAMPLES = 160;
const SAMPLES_PER_MS = 8;

/** What every session of a transcriber does alike: audio in, messages out in their order, faults, journal. */
export class HearingSocket {
  readonly faults: SessionFaults;
  readonly noise: NoisyHearing;
  private readonly decoded = new Int16Array(STEP_SAMPLES);
  private readonly words: string[] = [];
  private readonly outbox: Outgoing[] = [];
  private cancelSend: CancelTimer | undefined;
  private samples = 0;
  private lastWordHeardAtMs: number | null = null;
  private messagesSent = 0;
  private hasTold = false;

  constructor(
    private readonly options: ProviderOptions<TranscriberEntries>,
    private readonly facts: SessionFacts,
    provider: string,
    private readonly socket: WebSocket,
  ) {
    this.faults = sessionFaults(options, facts, provider);
    const { noise } = options.script.current.delays.transcriber;
    this.noise = new NoisyHearing(noise, facts.number, options.journal);
  }

  get audioMs(): number {
    return this.samples / SAMPLES_PER_MS;
  }

  /** `onClose` is told when the socket is gone. */
  start(onFrame: (data: Buffer, isBinary: boolean) => void, onClose: () => void = () => undefined): void {
    const { socket, options, facts } = this;
    socket.on('message', (data, isBinary) => onFrame(data as Buffer, isBinary));
    socket.on('error', (error) => options.logger.debug({ err: error }, 'transcriber socket failed'));
    socket.on('close', (code) => {
      this.cancelSend?.();
      onClose();
      const audioMs = Math.round(this.audioMs);
      options.journal.write('session_closed', { session: facts.number, code, audioMs, words: this.words });
    });
  }

  /** Decodes audio and gives it to `hear` step by step. */
  hear(mulaw: Uint8Array, hear: (samples: Int16Array) => void): void {
    if (this.samples === 0 && mulaw.length > 0)
      this.options.journal.write('audio_started', { session: this.facts.number });
    for (let at = 0; at < mulaw.length;) {
      const toStep = STEP_SAMPLES - (this.samples % STEP_SAMPLES);
      const part = decodeMulaw(mulaw.subarray(at, at + toStep), this.decoded);
      at += part.length;
      if (this.faults.mute) part.fill(0);
      this.samples += part.length;
      hear(part);
    }
    const { reset } = this.faults;
    if (reset && this.audioMs >= reset.number(RESET_AFTER_MS)) this.socket.terminate();
  }

  /** A word was heard to its end. */
  noteWord(word: string): void {
    this.words.push(word);
    this.lastWordHeardAtMs = this.options.clock.nowMs();
  }

  /** Messages keep their order: one that waits holds back those behind it. */
  send(text: string, { delayMs = 0, note, sent }: Sending = {}): void {
    const dueMs = this.options.clock.monotonicMs() + delayMs + this.noise.messageDelayMs();
    const noted = () => {
      if (note) this.write(note);
      sent?.();
    };
    this.outbox.push({ text, dueMs, sent: noted });
    if (!this.cancelSend) this.sendDue();
  }

  /** Does something once all that waits was sent. */
  afterAll(act: () => void): void {
    this.outbox.push({ text: null, dueMs: 0, sent: act });
    if (!this.cancelSend) this.sendDue();
  }

  private sendDue(): void {
    this.cancelSend = undefined;
    for (let next = this.outbox[0]; next; next = this.outbox[0]) {
      const waitMs = next.dueMs - this.options.clock.monotonicMs();
      if (waitMs > 0) {
        this.cancelSend = this.options.clock.after(waitMs, () => this.sendDue());
        return;
      }
      this.outbox.shift();
      if (this.socket.readyState !== this.socket.OPEN) return;
      if (next.text === null) {
        next.sent();
        continue;
      }
      if (this.faults.stall && this.hasTold) continue;
      if (this.faults.silent && this.samples > 0) continue;
      if (this.faults.garbage) this.socket.send(`\u0000garbage ${this.messagesSent}{`);
      this.messagesSent++;
      // What is sent before anybody has spoken tells nothing of the audio.
      this.hasTold ||= this.words.length > 0;
      this.socket.send(next.text);
      next.sent();
    }
  }

  private write(note: ResultNote): void {
    const { lastWordHeardAtMs, facts } = this;
    this.options.journal.write('result', { session: facts.number, ...note, lastWordHeardAtMs });
  }
}
