import type { CancelTimer } from '@parley/kernel';
import type { WebSocket } from 'ws';
import type { TranscriberEntries } from '../../journal';
import { WordListener } from '../../voice';
import { HearingSocket } from '../hearing-socket';
import { MISHEARD } from '../noisy-hearing';
import { parseJson, ProviderOptions } from '../provider-server';
import type { SessionFacts } from '../session-door';
import type { ListenQuery } from './listen-query';
import { Recognised, Recogniser } from './recogniser';
import { requestIdOf } from './request-id';
import { resultsMessage } from './result-messages';

export interface SessionOptions extends ProviderOptions<TranscriberEntries> {
  /** Without audio or KeepAlive for so long, a session is closed (NET-0001); 10 s by default. */
  readonly idleTimeoutMs?: number;
}

const IDLE_TIMEOUT_MS = 10_000;
const FALSE_END_AFTER_WORDS = 2;

/** One open socket of `/v1/listen`: hears words in the audio when it reaches it, and tells them in Deepgram's words. */
export class ListeningSession {
  private readonly recogniser: Recogniser;
  private readonly hearing: HearingSocket;
  private readonly requestId: string;
  private cancelIdle: CancelTimer | undefined;
  private finishing = false;
  private turn = 0;

  constructor(
    private readonly options: SessionOptions,
    facts: SessionFacts,
    private readonly query: ListenQuery,
    private readonly socket: WebSocket,
  ) {
    this.requestId = requestIdOf(facts.number);
    this.hearing = new HearingSocket(options, facts, 'deepgram', socket);
    const { falseEnd } = this.hearing.faults;
    const { noise } = this.hearing;
    this.recogniser = new Recogniser(
      {
        ...query,
        interimEveryMs: options.script.current.delays.transcriber.interimEveryMs,
        falseEndAfterWords: falseEnd ? falseEnd.number(FALSE_END_AFTER_WORDS) : null,
        settlesAfterWords: (turn) => noise.falseEagerEndAfter(turn),
      },
      new WordListener(),
    );
  }

  start(): void {
    this.expectData();
    this.hearing.start(
      (data, isBinary) => {
        this.expectData();
        if (isBinary) this.hear(data);
        else this.obey(data);
      },
      () => this.cancelIdle?.(),
    );
  }

  private hear(mulaw: Uint8Array): void {
    if (this.finishing) return;
    if (mulaw.length === 0) this.finish();
    else this.hearing.hear(mulaw, (samples) => this.tell(this.recogniser.push(samples)));
  }

  private obey(data: Buffer): void {
    const message = parseJson(data.toString('utf8')) as { type?: unknown } | null | undefined;
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
    this.hearing.send(JSON.stringify(metadata), { sent: () => this.socket.close(1000) });
  }

  private tell(recognised: readonly Recognised[]): void {
    for (const one of recognised) {
      if (one.type === 'word') this.hearing.noteWord(one.word);
      else if (one.type === 'results') this.tellResults(one);
      else if (one.type === 'utterance_ended') {
        const message = { type: 'UtteranceEnd', channel: [0, 1], last_word_end: one.lastWordEndMs / 1000 };
        this.tellEvent(message);
      } else if (this.query.vadEvents)
        this.tellEvent({ type: 'SpeechStarted', channel: [0, 1], timestamp: one.atMs / 1000 });
    }
  }

  private tellEvent(message: { readonly type: string; readonly [field: string]: unknown }): void {
    const note = { type: message.type, text: '', isFinal: false, endOfTurn: false };
    this.hearing.send(JSON.stringify(message), { note });
  }

  private tellResults(results: Extract<Recognised, { type: 'results' }>): void {
    const { isFinal, speechFinal } = results;
    const { faults, noise } = this.hearing;
    const isMisheard =
      faults.reviseWords ||
      (!isFinal && results.words.length > 0 && noise.revisesWord(this.turn, results.words.length));
    const { transcript, message } = resultsMessage(results, {
      requestId: this.requestId,
      model: this.query.model,
      formatted: this.query.formatted,
      misheardAs: isMisheard ? MISHEARD : undefined,
    });
    const { finalDelayMs } = this.options.script.current.delays.transcriber;
    const says = transcript !== '' || speechFinal;
    if (results.isEarly) noise.noteFalseEagerEnd(this.turn);
    const lateMs = faults.lateFinalMs + (speechFinal ? noise.finalDelayMs(this.turn) : 0);
    this.hearing.send(JSON.stringify(message), {
      delayMs: isFinal && says ? finalDelayMs + lateMs : 0,
      note: says ? { type: 'Results', text: transcript, isFinal, endOfTurn: speechFinal } : undefined,
    });
    if (speechFinal) this.turn++;
  }

  private expectData(): void {
    this.cancelIdle?.();
    const idleTimeoutMs = this.options.idleTimeoutMs ?? IDLE_TIMEOUT_MS;
    this.cancelIdle = this.options.clock.after(idleTimeoutMs, () => this.socket.close(1011, 'NET-0001'));
  }
}
