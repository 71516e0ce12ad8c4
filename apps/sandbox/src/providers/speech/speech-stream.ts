import type { ServerResponse } from 'node:http';
import { MULAW_SILENCE } from '@parley/audio';
import type { FaultName } from '../../faults';
import type { VoiceEntries } from '../../journal';
import { AnswerTimer } from '../answer-timer';
import type { ProviderOptions } from '../provider-server';
import type { WireSpeech } from './speech-cache';
import type { SpeechKind } from './speech-kind';

/** One request that is being answered. */
export interface SpeechJob {
  readonly kind: SpeechKind;
  readonly number: number;
  /** Which request this is for the faults. */
  readonly faultIndex: number;
  readonly text: string;
  readonly speech: WireSpeech;
  readonly arrivedAtMs: number;
}

type ContentFault = Extract<FaultName<'voice'>, 'garbage' | 'mute' | 'empty'>;

/** 100 ms, then pieces of 400 ms every 20 ms: twenty times faster than it is heard. */
export const FIRST_PIECE_MS = 100;
export const PIECE_MS = 400;
export const PIECE_EVERY_MS = 20;
const SLOW_MS = 5000;
/** The `garbage` that is a page in place of audio; any other is noise. */
const PAGE = 'page';

const contentFaults: readonly ContentFault[] = ['empty', 'mute', 'garbage'];

/** Streams one speech at the script's pace, with the faults that strike it. */
export class SpeechStream {
  private readonly timer: AnswerTimer;
  private readonly content: ContentFault | undefined;
  private readonly audio: Uint8Array;
  private readonly breaking: 'stall' | 'reset' | undefined;
  private contentType: string;

  constructor(
    private readonly options: ProviderOptions<VoiceEntries>,
    private readonly response: ServerResponse,
    private readonly job: SpeechJob,
  ) {
    this.timer = new AnswerTimer(options.clock);
    this.contentType = job.kind.contentType;
    this.content = contentFaults.find((name) => this.strike(name));
    this.audio = audioOf(job, this.content);
    this.breaking = (['stall', 'reset'] as const).find((name) => this.strike(name));
  }

  start(): void {
    const { options, response } = this;
    response.on('close', () => {
      this.timer.stop();
      if (!response.writableFinished)
        options.journal.write('aborted', { request: this.job.number, afterMs: this.tookMs() });
    });
    const slowMs = this.strike('slowFirstByteMs')?.number(SLOW_MS) ?? 0;
    const delayMs = options.script.current.delays.voice.firstByteMs + slowMs;
    // What the synthesis itself took counts as part of the delay.
    this.timer.next(Math.max(0, delayMs - this.tookMs()), () => {
      const headers = { 'content-type': this.contentType, 'request-id': `voice-${this.job.number}` };
      response.writeHead(200, headers);
      options.journal.write('first_byte', { request: this.job.number, afterMs: this.tookMs() });
      this.sendFrom(0);
    });
  }

  private sendFrom(at: number): void {
    const { audio, breaking, response, timer } = this;
    const pieceMs = at === 0 ? FIRST_PIECE_MS : PIECE_MS;
    const { bytesPerMs } = this.job.speech;
    // Wider samples are cut in the middle, as they are on a real network.
    const end = Math.min(audio.length, at + pieceMs * bytesPerMs + (bytesPerMs > 8 ? 1 : 0));
    if (end > at) response.write(audio.subarray(at, end));
    if (breaking === 'reset') timer.next(PIECE_EVERY_MS, () => void response.socket?.resetAndDestroy());
    if (breaking) return;
    if (end < audio.length) {
      timer.next(PIECE_EVERY_MS, () => this.sendFrom(end));
      return;
    }
    const { number, text, speech } = this.job;
    const words = this.content ? [] : speech.words.map(({ word }) => word);
    const audioMs = audio.length / speech.bytesPerMs;
    this.options.journal.write('speech', { request: number, text, audioMs, words });
    response.end();
  }

  private tookMs(): number {
    return this.options.clock.nowMs() - this.job.arrivedAtMs;
  }

  private strike(name: FaultName<'voice'>) {
    const { number, faultIndex, kind } = this.job;
    const fault = this.options.faults.take('voice', name, faultIndex, kind.provider);
    if (!fault) return undefined;
    this.options.journal.write('fault', { fault: name, request: number, value: fault.value });
    if (name === 'garbage' && fault.value === PAGE) this.contentType = 'text/html; charset=utf-8';
    return fault;
  }
}

/** What `fault` makes of a speech, as long as it was. */
export function faultyAudio(
  bytes: Uint8Array,
  fault: ContentFault | undefined,
  silentByte: number,
): Uint8Array {
  switch (fault) {
    case 'empty':
      return new Uint8Array(0);
    case 'mute':
      return new Uint8Array(bytes.length).fill(silentByte);
    case 'garbage':
      // The same noise every time: a walk through all bytes with a stride that shares no factor with 256.
      return Uint8Array.from(bytes, (_, i) => (i * 167 + (i >> 8) * 31) & 0xff);
    case undefined:
      return bytes;
  }
}

function audioOf({ speech, kind }: SpeechJob, fault: ContentFault | undefined): Uint8Array {
  return faultyAudio(speech.bytes, fault, kind.encoding === 'mulaw_8000' ? MULAW_SILENCE : 0);
}
