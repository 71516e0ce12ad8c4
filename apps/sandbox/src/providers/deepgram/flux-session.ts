import type { WebSocket } from 'ws';
import { WordListener } from '../../voice';
import { HearingSocket } from '../hearing-socket';
import { MISHEARD } from '../noisy-hearing';
import { parseJson } from '../provider-server';
import type { SessionFacts } from '../session-door';
import { FluxQuery, readThresholds, Thresholds } from './flux-query';
import type { SessionOptions } from './listening-session';
import { requestIdOf } from './request-id';
import { TurnRecogniser, TurnReport } from './turn-recogniser';
import { writtenWords } from './written-words';

const FALSE_END_AFTER_WORDS = 2;

interface Configuration {
  readonly type: string;
  readonly thresholds?: Thresholds;
  readonly keyterms?: readonly string[];
  readonly language_hints?: readonly string[];
}

/** One open socket of `/v2/listen` (Flux): hears words in the audio when it reaches it, and tells its turns. */
export class FluxSession {
  private readonly hearing: HearingSocket;
  private readonly recogniser: TurnRecogniser;
  private readonly requestId: string;
  private query: FluxQuery;
  private sequence = 0;
  private finishing = false;
  private lastText = '';

  constructor(
    options: SessionOptions,
    facts: SessionFacts,
    query: FluxQuery,
    private readonly socket: WebSocket,
  ) {
    this.query = query;
    this.requestId = requestIdOf(facts.number);
    this.hearing = new HearingSocket(options, facts, 'deepgram_flux', socket);
    const { noise, faults } = this.hearing;
    const { interimEveryMs, eagerEndMs, endOfTurnMs } = options.script.current.delays.transcriber;
    this.recogniser = new TurnRecogniser(
      {
        updateEveryMs: interimEveryMs,
        eagerEndMs: query.eagerThreshold === null ? null : eagerEndMs,
        endOfTurnMs,
        timeoutMs: query.timeoutMs,
        falseEagerEndAfter: (turn) =>
          faults.falseEnd ? faults.falseEnd.number(FALSE_END_AFTER_WORDS) : noise.falseEagerEndAfter(turn),
      },
      new WordListener(),
      (word) => this.hearing.noteWord(word),
    );
  }

  start(): void {
    this.send({ type: 'Connected' });
    this.hearing.start((data, isBinary) => {
      if (isBinary) this.hear(data);
      else this.obey(data.toString('utf8'));
    });
  }

  private hear(mulaw: Uint8Array): void {
    if (this.finishing) return;
    this.hearing.hear(mulaw, (samples) => {
      for (const report of this.recogniser.push(samples)) this.tell(report);
    });
  }

  private obey(text: string): void {
    const message = parseJson(text) as Configuration | null | undefined;
    if (message?.type === 'CloseStream') this.finish();
    else if (message?.type === 'Configure') this.configure(message);
    else this.fail('UNPARSABLE_CLIENT_MESSAGE', 'The message is none that is known here.');
  }

  /** Keyterms and hints are taken note of; thresholds beyond their bounds leave all as it was. */
  private configure({ thresholds = {}, keyterms, language_hints: hints }: Configuration): void {
    const read = readThresholds(thresholds, this.query);
    if (typeof read === 'string') {
      this.send({ type: 'ConfigureFailure', request_id: this.requestId });
      return;
    }
    this.query = {
      ...this.query,
      ...read,
      keyterms: keyterms ?? this.query.keyterms,
      languageHints: hints ?? this.query.languageHints,
    };
    this.send({
      type: 'ConfigureSuccess',
      request_id: this.requestId,
      thresholds: {
        eot_threshold: read.eotThreshold,
        ...(read.eagerThreshold !== null && { eager_eot_threshold: read.eagerThreshold }),
        eot_timeout_ms: read.timeoutMs,
      },
      keyterms: this.query.keyterms,
      ...(this.query.model === 'flux-general-multi' && { language_hints: this.query.languageHints }),
    });
  }

  private finish(): void {
    if (this.finishing) return;
    this.finishing = true;
    for (const report of this.recogniser.finish()) this.tell(report);
    this.hearing.afterAll(() => this.socket.close(1000));
  }

  private fail(code: string, description: string): void {
    this.send({ type: 'Error', code, description });
    this.hearing.afterAll(() => this.socket.close(1008, 'DATA-0000'));
  }

  private tell(report: TurnReport): void {
    const { event, turn, windowStartMs, windowEndMs } = report;
    const { faults, noise } = this.hearing;
    const isEnd = event === 'EndOfTurn';
    const heard = report.words.map(({ word }) => word);
    const mayRevise = !isEnd && heard.length > 0 && event !== 'StartOfTurn';
    if (mayRevise && (faults.reviseWords || noise.revisesWord(turn, heard.length)))
      heard[heard.length - 1] = MISHEARD;
    const written = writtenWords(heard, isEnd || event === 'EagerEndOfTurn');
    const transcript = written.join(' ');
    if (report.isFalse) noise.noteFalseEagerEnd(turn);
    const says = event !== 'Update' || transcript !== this.lastText;
    this.lastText = isEnd ? '' : transcript;
    const body = {
      event,
      turn_index: turn,
      audio_window_start: windowStartMs / 1000,
      audio_window_end: windowEndMs / 1000,
      transcript,
      words: report.words.map(({ startMs, endMs }, at) => ({
        word: written[at],
        confidence: 0.99,
        start: startMs / 1000,
        end: endMs / 1000,
      })),
      end_of_turn_confidence: confidenceOf(event),
      ...(this.query.languageHints.length > 0 && { languages_hinted: this.query.languageHints }),
    };
    this.send(
      { type: 'TurnInfo', request_id: this.requestId, ...body },
      isEnd ? faults.lateFinalMs + noise.finalDelayMs(turn) : 0,
      says ? { type: event, text: transcript, isFinal: isEnd, endOfTurn: isEnd } : undefined,
    );
  }

  private send(
    message: { readonly type: string; readonly [field: string]: unknown },
    delayMs = 0,
    note?: { type: string; text: string; isFinal: boolean; endOfTurn: boolean },
  ): void {
    const numbered = { ...message, request_id: this.requestId, sequence_id: this.sequence++ };
    this.hearing.send(JSON.stringify(numbered), { delayMs, note });
  }
}

function confidenceOf(event: TurnReport['event']): number {
  switch (event) {
    case 'EndOfTurn':
      return 0.9;
    case 'EagerEndOfTurn':
      return 0.55;
    default:
      return 0.1;
  }
}
