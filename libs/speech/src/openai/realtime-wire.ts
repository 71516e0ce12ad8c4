import type { TranscriberOptions } from '@parley/conversation';
import type { AppError } from '@parley/kernel';
import { endedSession, noCredit, refusedKey, rejected, tooMany } from '../listening/transcriber-errors';
import { bytesPerMs } from '../listening/vendor-wire';
import type { Frame, Reading, VendorWire } from '../listening/vendor-wire';
import { parseRealtimeMessage, RealtimeFailure, RealtimeMessage } from './realtime-messages';
import { SegmentQueue } from './segment-queue';

const COMMIT = '{"type":"input_audio_buffer.commit"}';
/** Audio before the speech that goes with it; OpenAI counts it into where the speech begins. */
const PREFIX_MS = 300;
const MOST_PROMPT_CHARS = 1000;

/** OpenAI's realtime API in a session that only transcribes. */
export class RealtimeWire implements VendorWire {
  readonly vendor = 'OpenAI';
  /** While nobody speaks, OpenAI says nothing; nor while somebody does: it transcribes what two silences enclose. */
  readonly answers = 'pauses';
  readonly keepAlive = null;
  private segments = new SegmentQueue();
  private isConfigured = false;
  private sentBytes = 0;
  private isEnding = false;
  /** The last audio was asked to be cut off, and was not yet. */
  private awaitsCommit = false;
  private failuresInRow = 0;

  constructor(
    private readonly apiKey: string,
    private readonly baseUrl: string,
    private readonly model: string,
    private readonly options: TranscriberOptions,
  ) {}

  get isIdle(): boolean {
    return this.segments.isIdle;
  }

  get isFinished(): boolean {
    return this.isEnding && !this.awaitsCommit && this.segments.isIdle;
  }

  target() {
    const base = this.baseUrl.replace(/^http/, 'ws').replace(/\/+$/, '');
    // OpenAI refuses a `model` here.
    return {
      url: `${base}/realtime?intent=transcription`,
      headers: { authorization: `Bearer ${this.apiKey}` },
    };
  }

  greeting(): readonly Frame[] {
    this.segments = new SegmentQueue();
    this.isConfigured = false;
    this.sentBytes = 0;
    this.failuresInRow = 0;
    return [JSON.stringify(this.sessionUpdate())];
  }

  audio(mulaw: Uint8Array): readonly Frame[] {
    this.sentBytes += mulaw.length;
    const audio = Buffer.from(mulaw.buffer, mulaw.byteOffset, mulaw.length).toString('base64');
    return [`{"type":"input_audio_buffer.append","audio":"${audio}"}`];
  }

  /** Only speech is cut off: a transcript of silence is made up. */
  farewell(): readonly Frame[] {
    this.isEnding = true;
    this.awaitsCommit = this.segments.isSpeaking;
    return this.awaitsCommit ? [COMMIT] : [];
  }

  read(text: string): Reading | undefined {
    const message = parseRealtimeMessage(text);
    if (message === undefined) return undefined;
    return message === 'other' ? {} : this.translate(message);
  }

  lost(fromMs: number): Reading {
    return this.segments.settle(fromMs);
  }

  closeError(closeCode: number, reason: string): AppError {
    return endedSession(this.vendor, { closeCode, ...(reason && { reason }) });
  }

  private translate(message: RealtimeMessage): Reading {
    switch (message.type) {
      case 'input_audio_buffer.speech_started':
        return this.segments.speechStarted(message.item_id, speechStartMs(message.audio_start_ms));
      case 'input_audio_buffer.speech_stopped':
        // Counted to the end of the silence that showed it.
        return this.segments.speechStopped(message.item_id, message.audio_end_ms - this.silenceMs);
      case 'input_audio_buffer.committed':
        this.awaitsCommit = false;
        return this.segments.committed(message.item_id, this.sentBytes / bytesPerMs);
      case 'conversation.item.input_audio_transcription.delta':
        return this.segments.delta(message.item_id, message.delta);
      case 'conversation.item.input_audio_transcription.completed':
        this.failuresInRow = 0;
        return this.segments.completed(message.item_id, message.transcript);
      case 'conversation.item.input_audio_transcription.failed':
        return this.failed(message.item_id, message.error);
      case 'session.updated':
        this.isConfigured = true;
        return {};
      case 'error':
        return this.complained(message.error);
    }
  }

  /** One segment without a transcript may happen; a second one in a row shows that the session is of no use. */
  private failed(id: string, failure: RealtimeFailure): Reading {
    const reading = this.segments.completed(id, null);
    this.failuresInRow += 1;
    const fatal = fatalError(this.vendor, failure);
    if (fatal) return { ...reading, error: fatal };
    return this.failuresInRow < 2
      ? reading
      : { ...reading, error: endedSession(this.vendor, detailsOf(failure)) };
  }

  /** OpenAI keeps a session open after most errors; one about the settings means that none of it will be any good. */
  private complained(failure: RealtimeFailure): Reading {
    this.awaitsCommit = false;
    const fatal = fatalError(this.vendor, failure);
    if (fatal) return { error: fatal };
    return this.isConfigured ? {} : { error: rejected(this.vendor, detailsOf(failure)) };
  }

  /** The silence that cuts off a segment. */
  private get silenceMs(): number {
    return Math.max(1, Math.round(this.options.endpointingMs));
  }

  private sessionUpdate(): object {
    const words = Object.keys(this.options.keywords).filter((word) => word.trim() !== '');
    const prompt = words.length > 0 ? `Words that may come up: ${words.join(', ')}.` : '';
    return {
      type: 'session.update',
      session: {
        type: 'transcription',
        audio: {
          input: {
            format: { type: 'audio/pcmu' },
            transcription: {
              model: this.model,
              language: this.options.language,
              ...(prompt !== '' && { prompt: prompt.slice(0, MOST_PROMPT_CHARS) }),
            },
            turn_detection: {
              type: 'server_vad',
              prefix_padding_ms: PREFIX_MS,
              silence_duration_ms: this.silenceMs,
            },
          },
        },
      },
    };
  }
}

/** Nothing goes with speech that begins with the audio itself. */
function speechStartMs(audioStartMs: number): number {
  return audioStartMs === 0 ? 0 : audioStartMs + PREFIX_MS;
}

/** The error that ends a session, or undefined for one that it outlives. */
function fatalError(vendor: string, failure: RealtimeFailure): AppError | undefined {
  const details = detailsOf(failure);
  const kind = `${failure.code ?? ''} ${failure.type ?? ''}`;
  if (/invalid_api_key|authentication/.test(kind))
    // Their message repeats a part of the key.
    return refusedKey(vendor, detailsOf({ ...failure, message: null }));
  if (/insufficient_quota|billing/.test(kind)) return noCredit(vendor, details);
  if (/rate_limit/.test(kind)) return tooMany(vendor, details);
  if (/model_not_found|invalid_model/.test(kind)) return rejected(vendor, details);
  if (/server_error|session_expired|internal/.test(kind)) return endedSession(vendor, details);
  return undefined;
}

function detailsOf({ code, type, message }: RealtimeFailure): Record<string, string> {
  return {
    code: (code ?? type ?? 'unknown').slice(0, 100),
    ...(message && { reason: message.slice(0, 200) }),
  };
}
