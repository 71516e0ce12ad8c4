import { MULAW_SILENCE } from '@parley/audio';
import type { FaultName } from '../../faults';
import { AnswerTimer } from '../answer-timer';
import type { SpeechDesk } from '../speech/speech-desk';
import type { WireSpeech } from '../speech/speech-cache';
import { faultyAudio, FIRST_PIECE_MS, PIECE_EVERY_MS, PIECE_MS } from '../speech/speech-stream';
import { alignmentOf, CharTime, charTimes } from './char-times';

/** The socket, as one context sees it. */
export interface ContextWire {
  send(message: Readonly<Record<string, unknown>>): void;
  sendNoise(): void;
  reset(): void;
}

/** One text that is spoken into a context. */
export interface ContextJob {
  readonly number: number;
  readonly contextId: string;
  readonly text: string;
  readonly path: string;
  readonly aligned: boolean;
  readonly onDone: () => void;
}

const SLOW_MS = 5000;
const contentFaults = ['empty', 'mute', 'garbage'] as const;

/** Speaks one text into a context at the script's pace, with the faults that strike it. */
export class ContextStream {
  private readonly timer: AnswerTimer;
  private readonly arrivedAtMs: number;
  private readonly content: (typeof contentFaults)[number] | undefined;
  private readonly breaking: 'stall' | 'reset' | undefined;
  private speech: WireSpeech | undefined;
  private times: readonly CharTime[] = [];
  private stopped = false;

  constructor(
    private readonly desk: SpeechDesk,
    private readonly wire: ContextWire,
    private readonly job: ContextJob,
    private readonly faultIndex: number,
  ) {
    const { clock, journal } = desk.options;
    this.timer = new AnswerTimer(clock);
    this.arrivedAtMs = clock.nowMs();
    const { number, path, text } = job;
    journal.write('request', { request: number, provider: 'eleven_labs', path, text });
    this.content = contentFaults.find((name) => this.strike(name));
    this.breaking = (['stall', 'reset'] as const).find((name) => this.strike(name));
  }

  async start(): Promise<void> {
    const { script } = this.desk.options;
    const slowMs = this.strike('slowFirstByteMs')?.number(SLOW_MS) ?? 0;
    const spoken = await this.desk.cache.speak(this.job.text, 'mulaw_8000');
    if (this.stopped) return;
    this.speech = { ...spoken, bytes: faultyAudio(spoken.bytes, this.content, MULAW_SILENCE) };
    this.times = charTimes(this.job.text, spoken.words);
    const delayMs = script.current.delays.voice.firstByteMs + slowMs;
    this.timer.next(Math.max(0, delayMs - this.tookMs()), () => {
      this.desk.options.journal.write('first_byte', { request: this.job.number, afterMs: this.tookMs() });
      this.sendFrom(0);
    });
  }

  /** The rest is not spoken. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.timer.stop();
    this.desk.options.journal.write('aborted', { request: this.job.number, afterMs: this.tookMs() });
  }

  private sendFrom(at: number): void {
    const { bytes, bytesPerMs, words } = this.speech as WireSpeech;
    const { number, text, contextId, aligned } = this.job;
    const end = Math.min(bytes.length, at + (at === 0 ? FIRST_PIECE_MS : PIECE_MS) * bytesPerMs);
    if (end > at) {
      if (this.content === 'garbage') this.wire.sendNoise();
      const alignment = aligned ? alignmentOf(this.times, at / bytesPerMs, end / bytesPerMs) : null;
      const audio = Buffer.from(bytes.subarray(at, end)).toString('base64');
      this.wire.send({ audio, alignment, normalizedAlignment: alignment, contextId });
    }
    if (this.breaking === 'reset') this.timer.next(PIECE_EVERY_MS, () => this.wire.reset());
    if (this.breaking) return;
    if (end < bytes.length) {
      this.timer.next(PIECE_EVERY_MS, () => this.sendFrom(end));
      return;
    }
    this.stopped = true;
    const said = this.content ? [] : words.map(({ word }) => word);
    const audioMs = bytes.length / bytesPerMs;
    this.desk.options.journal.write('speech', { request: number, text, audioMs, words: said });
    this.job.onDone();
  }

  private tookMs(): number {
    return this.desk.options.clock.nowMs() - this.arrivedAtMs;
  }

  private strike(name: FaultName<'voice'>) {
    const { faults, journal } = this.desk.options;
    const fault = faults.take('voice', name, this.faultIndex, 'eleven_labs');
    if (fault) journal.write('fault', { fault: name, request: this.job.number, value: fault.value });
    return fault;
  }
}
