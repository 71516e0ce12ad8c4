import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { TranscriberEntries } from '../../journal';
import { EnergyGate, WordListener } from '../../voice';
import type { EnergyEvent } from '../../voice';
import { writtenWords } from '../deepgram/written-words';
import { HearingSocket } from '../hearing-socket';
import { MISHEARD } from '../noisy-hearing';
import { parseJson, ProviderOptions } from '../provider-server';
import type { SessionFacts } from '../session-door';

/** What a client may ask of a session that only transcribes, as far as the sandbox looks at it. */
const sessionUpdate = z.object({
  type: z.literal('transcription'),
  audio: z.object({
    input: z.object({
      format: z.object({ type: z.literal('audio/pcmu') }),
      transcription: z.object({
        model: z.enum([
          'whisper-1',
          'gpt-4o-mini-transcribe',
          'gpt-4o-mini-transcribe-2025-12-15',
          'gpt-4o-transcribe',
          'gpt-transcribe',
          'gpt-live-transcribe',
          'gpt-realtime-whisper',
        ]),
        language: z.string().min(2).optional(),
        prompt: z.string().optional(),
      }),
      turn_detection: z
        .object({
          type: z.literal('server_vad'),
          threshold: z.number().min(0).max(1).optional(),
          prefix_padding_ms: z.number().int().nonnegative().default(300),
          silence_duration_ms: z.number().int().positive().default(500),
        })
        .nullable(),
    }),
  }),
});
type Detection = NonNullable<z.output<typeof sessionUpdate>['audio']['input']['turn_detection']>;

interface Segment {
  readonly id: string;
  readonly number: number;
  readonly words: string[];
}

const LEAST_COMMIT_MS = 100;
/** Between two pieces of a transcript. */
const DELTA_EVERY_MS = 10;
const FALSE_END_AFTER_WORDS = 2;

/** One open socket of OpenAI's realtime API that transcribes: cuts speech by silence, then tells its words. */
export class RealtimeSession {
  private readonly hearing: HearingSocket;
  private readonly words = new WordListener();
  private readonly energyEvents: EnergyEvent[] = [];
  private detection: Detection | undefined;
  private energy: EnergyGate | undefined;
  private segment: Segment;
  private segments = 0;
  private events = 0;
  private committedMs = 0;
  private lastCommitted: string | null = null;
  private speaking = false;

  constructor(
    private readonly options: ProviderOptions<TranscriberEntries>,
    private readonly facts: SessionFacts,
    socket: WebSocket,
  ) {
    this.hearing = new HearingSocket(options, facts, 'openai', socket);
    this.segment = this.nextSegment();
  }

  start(): void {
    this.send('session.created', {
      session: { type: 'transcription', object: 'realtime.transcription_session' },
    });
    this.hearing.start((data, isBinary) => {
      const given = isBinary ? undefined : parseJson(data.toString('utf8'));
      this.obey((given ?? {}) as { type?: string; [field: string]: unknown });
    });
  }

  private obey(event: { readonly type?: string; readonly [field: string]: unknown }): void {
    switch (event.type) {
      case 'session.update':
        this.update(event['session']);
        return;
      case 'input_audio_buffer.append':
        this.append(event['audio']);
        return;
      case 'input_audio_buffer.commit':
        this.commitOnRequest();
        return;
      case 'input_audio_buffer.clear':
        this.segment = this.nextSegment();
        this.committedMs = this.hearing.audioMs;
        this.send('input_audio_buffer.cleared', {});
        return;
      default:
        this.complain('invalid_value', `Invalid value: '${event.type ?? ''}'.`, 'type');
    }
  }

  private update(given: unknown): void {
    const parsed = sessionUpdate.safeParse(given);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      this.complain('invalid_value', issue?.message ?? 'Invalid.', `session.${issue?.path.join('.') ?? ''}`);
      return;
    }
    this.detection = parsed.data.audio.input.turn_detection ?? undefined;
    this.energy = this.detection && new EnergyGate(this.detection.silence_duration_ms);
    this.send('session.updated', { session: parsed.data });
  }

  private append(audio: unknown): void {
    if (typeof audio !== 'string' || audio === '') {
      this.complain('invalid_value', 'Invalid audio.', 'audio');
      return;
    }
    this.hearing.hear(Buffer.from(audio, 'base64'), (samples) => this.listen(samples));
  }

  private listen(samples: Int16Array): void {
    this.energy?.push(samples, this.energyEvents);
    for (const event of this.words.push(samples)) {
      if (event.kind !== 'word') continue;
      this.segment.words.push(event.word);
      this.hearing.noteWord(event.word);
      const { faults, noise } = this.hearing;
      const falseEnd = faults.falseEnd?.number(FALSE_END_AFTER_WORDS);
      const cutAfter = falseEnd ?? noise.falseEagerEndAfter(this.segment.number);
      if (this.speaking && this.segment.words.length === cutAfter) this.cutWrongly();
    }
    for (const { kind, atMs } of this.energyEvents.splice(0)) {
      if (kind === 'onset') this.speechStarted(atMs);
      else if (this.speaking) this.speechStopped();
    }
  }

  /** A break between two words is taken for silence. */
  private cutWrongly(): void {
    this.hearing.noise.noteFalseEagerEnd(this.segment.number);
    this.speechStopped();
    this.speechStarted(this.hearing.audioMs);
  }

  private speechStarted(atMs: number): void {
    this.speaking = true;
    const startMs = Math.max(0, Math.round(atMs - (this.detection?.prefix_padding_ms ?? 0)));
    this.send('input_audio_buffer.speech_started', { audio_start_ms: startMs, item_id: this.segment.id });
  }

  private speechStopped(): void {
    this.speaking = false;
    const endMs = Math.round(this.hearing.audioMs);
    this.send('input_audio_buffer.speech_stopped', { audio_end_ms: endMs, item_id: this.segment.id });
    this.commit();
  }

  private commitOnRequest(): void {
    if (this.hearing.audioMs - this.committedMs < LEAST_COMMIT_MS) {
      this.complain('input_audio_buffer_commit_empty', 'Expected at least 100ms of audio.', null);
      return;
    }
    this.speaking = false;
    this.commit();
  }

  private commit(): void {
    const { segment } = this;
    this.committedMs = this.hearing.audioMs;
    const item = { item_id: segment.id, previous_item_id: this.lastCommitted };
    this.lastCommitted = segment.id;
    this.send('input_audio_buffer.committed', item);
    this.send('conversation.item.added', {
      previous_item_id: item.previous_item_id,
      item: { id: segment.id, type: 'message', role: 'user', content: [{ type: 'input_audio' }] },
    });
    this.segment = this.nextSegment();
    this.transcribe(segment);
  }

  private transcribe({ id, number, words }: Segment): void {
    const { faults, noise } = this.hearing;
    const { finalDelayMs } = this.options.script.current.delays.transcriber;
    const written = writtenWords(words, true);
    const place = { item_id: id, content_index: 0 };
    const revised = words.length > 0 && (faults.reviseWords || noise.revisesWord(number, words.length));
    const deltas = revised ? [...written.slice(0, -1), MISHEARD] : written;
    deltas.forEach((word, at) =>
      this.send(
        'conversation.item.input_audio_transcription.delta',
        { ...place, delta: at === 0 ? word : ` ${word}` },
        finalDelayMs + at * DELTA_EVERY_MS,
      ),
    );
    const transcript = written.join(' ');
    this.send(
      'conversation.item.input_audio_transcription.completed',
      { ...place, transcript, usage: { type: 'duration', seconds: 1 } },
      finalDelayMs + deltas.length * DELTA_EVERY_MS + faults.lateFinalMs + noise.finalDelayMs(number),
      transcript,
    );
  }

  private complain(code: string, message: string, param: string | null): void {
    this.send('error', { error: { type: 'invalid_request_error', code, message, param, event_id: null } });
  }

  private send(type: string, fields: object, delayMs = 0, text?: string): void {
    const eventId = `event_${this.facts.number}_${this.events++}`;
    this.hearing.send(JSON.stringify({ type, event_id: eventId, ...fields }), {
      delayMs,
      note: text === undefined ? undefined : { type, text, isFinal: true, endOfTurn: false },
    });
  }

  private nextSegment(): Segment {
    const number = this.segments++;
    return { id: `item_${this.facts.number}_${number}`, number, words: [] };
  }
}
