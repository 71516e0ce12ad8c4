import type { WebSocket } from 'ws';
import type { TranscriberEntries } from '../../journal';
import { WordListener } from '../../voice';
import { Recognised, Recogniser } from '../deepgram/recogniser';
import { writtenWords } from '../deepgram/written-words';
import { HearingSocket } from '../hearing-socket';
import { MISHEARD } from '../noisy-hearing';
import { parseJson, ProviderOptions } from '../provider-server';
import type { SessionFacts } from '../session-door';
import { readUsp, readWavHeader, uspText, WavFormat } from './usp-messages';

type Results = Extract<Recognised, { type: 'results' }>;

const DEFAULT_SEGMENTATION_MS = 650;
const LONGEST_PHRASE_MS = 30_000;
const FALSE_END_AFTER_WORDS = 2;
const TICKS_PER_MS = 10_000;

interface SpeechContext {
  readonly phraseDetection?: {
    readonly conversation?: { readonly segmentation?: { readonly segmentationSilenceTimeoutMs?: number } };
  };
}

/** One stream of audio with its header: a turn in Azure's sense. */
interface AudioTurn {
  readonly requestId: string;
  readonly recogniser: Recogniser;
  headerRead: boolean;
  startTold: boolean;
}

/** One open socket of Azure's recognition: hears words in the audio when it reaches it, and tells them as phrases. */
export class RecognitionSession {
  private readonly hearing: HearingSocket;
  private segmentationMs = DEFAULT_SEGMENTATION_MS;
  private turn: AudioTurn | undefined;
  private phrases = 0;

  constructor(
    private readonly options: ProviderOptions<TranscriberEntries>,
    facts: SessionFacts,
    private readonly query: URLSearchParams,
    private readonly socket: WebSocket,
  ) {
    this.hearing = new HearingSocket(options, facts, 'azure', socket);
    const asked = Number(query.get('segmentationSilenceTimeoutMs'));
    if (asked > 0) this.segmentationMs = asked;
  }

  start(): void {
    this.hearing.start((data, isBinary) => {
      const message = readUsp(data, isBinary);
      const path = message?.headers.get('path')?.toLowerCase();
      const requestId = message?.headers.get('x-requestid') ?? '';
      if (!message || path === undefined) this.refuse('The message has no path.');
      else if (path === 'speech.context') this.readContext(message.body.toString('utf8'), requestId);
      else if (path === 'audio') this.hear(message.body, requestId);
    });
  }

  private readContext(body: string, requestId: string): void {
    const context = parseJson(body) as SpeechContext | undefined;
    if (!context) {
      this.refuse('speech.context is not JSON.');
      return;
    }
    const { segmentation } = context.phraseDetection?.conversation ?? {};
    const asked = segmentation?.segmentationSilenceTimeoutMs;
    if (asked !== undefined && !(asked >= 100 && asked <= 5000)) {
      this.refuse('segmentationSilenceTimeoutMs: 100 to 5000');
      return;
    }
    this.segmentationMs = asked ?? this.segmentationMs;
    this.begin(requestId);
  }

  private begin(requestId: string): AudioTurn {
    const { noise, faults } = this.hearing;
    const recogniser = new Recogniser(
      {
        interimResults: true,
        interimEveryMs: this.options.script.current.delays.transcriber.interimEveryMs,
        endpointingMs: this.segmentationMs,
        utteranceEndMs: null,
        longestSegmentMs: LONGEST_PHRASE_MS,
        falseEndAfterWords: faults.falseEnd ? faults.falseEnd.number(FALSE_END_AFTER_WORDS) : null,
        settlesAfterWords: (turn) => noise.falseEagerEndAfter(turn),
      },
      new WordListener(),
    );
    this.turn = { requestId, recogniser, headerRead: false, startTold: false };
    this.send('turn.start', { context: { serviceTag: requestId } });
    return this.turn;
  }

  private hear(body: Buffer, requestId: string): void {
    const turn = this.turn?.requestId === requestId ? this.turn : this.begin(requestId);
    if (body.length === 0) {
      this.end(turn);
      return;
    }
    let audio = body;
    if (!turn.headerRead) {
      const wav = readWavHeader(body);
      if (!wav || !isTelephone(wav.format)) {
        this.refuse('Only G.711 µ-law of 8 kHz is heard here.');
        return;
      }
      turn.headerRead = true;
      ({ audio } = wav);
    }
    this.hearing.hear(audio, (samples) => this.tell(turn, turn.recogniser.push(samples)));
  }

  private end(turn: AudioTurn): void {
    this.tell(turn, turn.recogniser.finalize());
    const endTicks = ticks(turn.recogniser.audioMs);
    this.send('speech.endDetected', { Offset: endTicks });
    this.send('speech.phrase', { RecognitionStatus: 'EndOfDictation', Offset: endTicks, Duration: 0 });
    this.send('turn.end', {});
    this.turn = undefined;
  }

  private tell(turn: AudioTurn, recognised: readonly Recognised[]): void {
    for (const one of recognised) {
      if (one.type === 'word') this.hearing.noteWord(one.word);
      else if (one.type === 'results' && one.words.length > 0) this.tellWords(one);
      else if (one.type === 'speech_started' && !turn.startTold) {
        turn.startTold = true;
        this.send('speech.startDetected', { Offset: ticks(one.atMs) });
      }
    }
  }

  private tellWords({ words, isFinal, isEarly }: Results): void {
    const { noise, faults } = this.hearing;
    const heard = words.map(({ word }) => word);
    const startMs = words[0]?.startMs ?? 0;
    const place = {
      Offset: ticks(startMs),
      Duration: ticks((words.at(-1)?.endMs ?? startMs) - startMs),
      Channel: 0,
    };
    const id = String(this.phrases);
    if (!isFinal) {
      if (faults.reviseWords || noise.revisesWord(this.phrases, heard.length))
        heard[heard.length - 1] = MISHEARD;
      const text = heard.join(' ');
      this.send('speech.hypothesis', { Id: id, Text: text, ...place }, 0, text);
      return;
    }
    if (isEarly) noise.noteFalseEagerEnd(this.phrases);
    const text = writtenWords(heard, true).join(' ');
    const { finalDelayMs } = this.options.script.current.delays.transcriber;
    const delayMs = finalDelayMs + faults.lateFinalMs + noise.finalDelayMs(this.phrases++);
    const isDetailed = this.query.get('format') === 'detailed';
    const best = { Confidence: 0.99, Lexical: heard.join(' '), ITN: text, MaskedITN: text, Display: text };
    const phrase = {
      Id: id,
      RecognitionStatus: 'Success',
      DisplayText: text,
      ...place,
      ...(isDetailed && { NBest: [best] }),
    };
    this.send('speech.phrase', phrase, delayMs, text);
  }

  private send(path: string, body: object, delayMs = 0, text?: string): void {
    const isFinal = path === 'speech.phrase';
    const note = text === undefined ? undefined : { type: path, text, isFinal, endOfTurn: false };
    this.hearing.send(uspText(path, this.turn?.requestId ?? '', body), { delayMs, note });
  }

  private refuse(reason: string): void {
    this.socket.close(1007, reason);
  }
}

function isTelephone({ formatTag, channels, sampleRateHz }: WavFormat): boolean {
  return formatTag === 7 && channels === 1 && sampleRateHz === 8000;
}

function ticks(ms: number): number {
  return Math.round(ms * TICKS_PER_MS);
}
