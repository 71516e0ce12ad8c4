import { decodeMulaw } from '@parley/audio';
import { CancelTimer } from '@parley/kernel';
import type { RawData, WebSocket } from 'ws';
import type { Fault, FaultName } from '../../faults';
import type { TranscriberEntries } from '../../journal';
import { WordListener } from '../../voice';
import { parseJson, ProviderOptions } from '../provider-server';
import type { ListenQuery } from './listen-query';
import { Recognised, Recogniser } from './recogniser';
import { resultsMessage } from './result-messages';

export interface SessionOptions extends ProviderOptions<TranscriberEntries> {
  /** Without audio or KeepAlive for so long, a session is closed (NET-0001); 10 s by default. */
  readonly idleTimeoutMs?: number;
}

/** A message on its way to the client. */
interface Outgoing {
  readonly text: string;
  readonly dueMs: number;
  readonly sent?: () => void;
}

interface Struck {
  readonly stall: boolean;
  readonly reset: Fault | undefined;
  readonly garbage: boolean;
  readonly mute: boolean;
  readonly reviseWords: boolean;
  readonly lateFinalMs: number;
  readonly falseEnd: Fault | undefined;
}

const IDLE_TIMEOUT_MS = 10_000;
const FALSE_END_AFTER_WORDS = 2;
const RESET_AFTER_MS = 1000;
const LATE_FINAL_MS = 1500;
/** What a word is misheard as until its segment is settled. */
const MISHEARD = 'hmm';
/** Larger pieces than this much audio are decoded in parts. */
const DECODE_SAMPLES = 8000;

/** One open socket of `/v1/listen`: hears words in the audio when it reaches it, and tells them in Deepgram's words. */
export class ListeningSession {
  private readonly recogniser: Recogniser;
  private readonly struck: Struck;
  private readonly requestId: string;
  private readonly decoded = new Int16Array(DECODE_SAMPLES);
  private readonly words: string[] = [];
  private readonly outbox: Outgoing[] = [];
  private cancelSend: CancelTimer | undefined;
  private cancelIdle: CancelTimer | undefined;
  private lastWordHeardAtMs: number | null = null;
  private messagesSent = 0;
  private finishing = false;

  constructor(
    private readonly options: SessionOptions,
    private readonly number: number,
    private readonly query: ListenQuery,
    private readonly socket: WebSocket,
    /** Which session this is for the faults. */
    private readonly faultIndex: number,
  ) {
    this.requestId = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
    this.struck = this.strike();
    const falseEnd = this.struck.falseEnd;
    this.recogniser = new Recogniser(
      {
        ...query,
        interimEveryMs: options.script.current.delays.transcriber.interimEveryMs,
        falseEndAfterWords: falseEnd ? falseEnd.number(FALSE_END_AFTER_WORDS) : null,
      },
      new WordListener(),
    );
  }

  start(): void {
    const { socket, options, number } = this;
    this.expectData();
    socket.on('message', (data, isBinary) => {
      if (isBinary) this.hear(data as Buffer);
      else this.obey(data);
    });
    socket.on('error', (error) => options.logger.debug({ err: error }, 'transcriber socket failed'));
    socket.on('close', (code) => {
      this.stop();
      const audioMs = Math.round(this.recogniser.audioMs);
      options.journal.write('session_closed', { session: number, code, audioMs, words: this.words });
    });
  }

  private hear(mulaw: Uint8Array): void {
    this.expectData();
    if (this.finishing) return;
    if (mulaw.length === 0) {
      this.finish();
      return;
    }
    if (this.recogniser.audioMs === 0) this.options.journal.write('audio_started', { session: this.number });
    for (let at = 0; at < mulaw.length; at += DECODE_SAMPLES) {
      const part = decodeMulaw(mulaw.subarray(at, at + DECODE_SAMPLES), this.decoded);
      if (this.struck.mute) part.fill(0);
      this.tell(this.recogniser.push(part));
    }
    const { reset } = this.struck;
    if (reset && this.recogniser.audioMs >= reset.number(RESET_AFTER_MS)) this.socket.terminate();
  }

  private obey(data: RawData): void {
    this.expectData();
    const message = parseJson((data as Buffer).toString('utf8')) as { type?: unknown } | null | undefined;
    if (message?.type === 'CloseStream') this.finish();
    else if (message?.type === 'Finalize') this.tell(this.recogniser.finalize());
    else if (message?.type !== 'KeepAlive') this.socket.close(1008, 'DATA-0000');
  }

  private finish(): void {
    if (this.finishing) return;
    this.finishing = true;
    this.tell(this.recogniser.finalize());
    const metadata = {
      type: 'Metadata',
      transaction_key: 'deprecated',
      request_id: this.requestId,
      sha256: '0'.repeat(64),
      created: new Date(this.options.clock.nowMs()).toISOString(),
      duration: this.recogniser.audioMs / 1000,
      channels: 1,
    };
    this.send({ text: JSON.stringify(metadata), dueMs: 0, sent: () => this.socket.close(1000) });
  }

  private tell(recognised: readonly Recognised[]): void {
    for (const one of recognised) {
      if (one.type === 'word') {
        this.words.push(one.word);
        this.lastWordHeardAtMs = this.options.clock.nowMs();
      } else if (one.type === 'results') this.tellResults(one);
      else if (one.type === 'utterance_ended') {
        const message = { type: 'UtteranceEnd', channel: [0, 1], last_word_end: one.lastWordEndMs / 1000 };
        this.tellEvent(message);
      } else if (this.query.vadEvents)
        this.tellEvent({ type: 'SpeechStarted', channel: [0, 1], timestamp: one.atMs / 1000 });
    }
  }

  private tellEvent(message: { readonly type: string; readonly [field: string]: unknown }): void {
    this.send({
      text: JSON.stringify(message),
      dueMs: 0,
      sent: () => this.note(message.type, '', false, false),
    });
  }

  private tellResults(results: Extract<Recognised, { type: 'results' }>): void {
    const { transcript, message } = resultsMessage(results, {
      requestId: this.requestId,
      model: this.query.model,
      formatted: this.query.formatted,
      misheardAs: this.struck.reviseWords ? MISHEARD : undefined,
    });
    const { finalDelayMs } = this.options.script.current.delays.transcriber;
    const says = transcript !== '' || results.speechFinal;
    const delayMs = results.isFinal && says ? finalDelayMs + this.struck.lateFinalMs : 0;
    const { isFinal, speechFinal } = results;
    this.send({
      text: JSON.stringify(message),
      dueMs: this.options.clock.monotonicMs() + delayMs,
      sent: () => says && this.note('Results', transcript, isFinal, speechFinal),
    });
  }

  private note(type: string, text: string, isFinal: boolean, endOfTurn: boolean): void {
    const { lastWordHeardAtMs, number } = this;
    this.options.journal.write('result', {
      session: number,
      type,
      text,
      isFinal,
      endOfTurn,
      lastWordHeardAtMs,
    });
  }

  /** Messages keep their order: one that waits holds back those behind it. */
  private send(outgoing: Outgoing): void {
    this.outbox.push(outgoing);
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
      if (this.struck.stall && this.messagesSent > 0) continue;
      if (this.struck.garbage) this.socket.send(`\u0000garbage ${this.messagesSent}{`);
      this.messagesSent++;
      this.socket.send(next.text);
      next.sent?.();
    }
  }

  private expectData(): void {
    this.cancelIdle?.();
    const idleTimeoutMs = this.options.idleTimeoutMs ?? IDLE_TIMEOUT_MS;
    this.cancelIdle = this.options.clock.after(idleTimeoutMs, () => this.socket.close(1011, 'NET-0001'));
  }

  private stop(): void {
    this.cancelIdle?.();
    this.cancelSend?.();
  }

  private strike(): Struck {
    const take = (name: FaultName<'transcriber'>) => {
      const fault = this.options.faults.take('transcriber', name, this.faultIndex, 'deepgram');
      if (fault)
        this.options.journal.write('fault', { fault: name, session: this.number, value: fault.value });
      return fault;
    };
    return {
      stall: take('stall') !== undefined,
      reset: take('reset'),
      garbage: take('garbage') !== undefined,
      mute: take('mute') !== undefined,
      reviseWords: take('reviseWords') !== undefined,
      lateFinalMs: take('lateFinalMs')?.number(LATE_FINAL_MS) ?? 0,
      falseEnd: take('falseEagerEnd'),
    };
  }
}
