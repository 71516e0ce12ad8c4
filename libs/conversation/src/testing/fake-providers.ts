import type {
  LanguageModel,
  ReplyEvent,
  ReplyRequest,
  SpeechPiece,
  Synthesizer,
  Transcriber,
  TranscriberOptions,
  Transcription,
  TranscriptionListener,
} from '../ports';

/** A transcriber that hears what the spec tells it. */
export class FakeTranscriber implements Transcriber {
  readonly name = 'fake';
  readonly sessions: FakeTranscription[] = [];

  open(options: TranscriberOptions, listener: TranscriptionListener): Transcription {
    const session = new FakeTranscription(options, listener);
    this.sessions.push(session);
    return session;
  }

  /** The newest session. */
  get session(): FakeTranscription {
    const session = this.sessions.at(-1);
    if (!session) throw new Error('no transcription is open');
    return session;
  }
}

export class FakeTranscription implements Transcription {
  receivedBytes = 0;
  isClosed = false;

  constructor(
    readonly options: TranscriberOptions,
    readonly listener: TranscriptionListener,
  ) {}

  send(mulaw: Uint8Array): void {
    this.receivedBytes += mulaw.length;
  }

  /** The caller says a whole turn. */
  hears(text: string): void {
    this.listener.onEvent({ type: 'interim', text });
    this.listener.onEvent({ type: 'final', text, endOfTurn: true, endMs: 0 });
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

/** A model that gives its scripted replies, in order, then "Okay.". An error in the script is thrown. */
export class FakeLanguageModel implements LanguageModel {
  readonly name = 'fake';
  readonly requests: ReplyRequest[] = [];
  readonly script: (readonly ReplyEvent[] | Error)[] = [];
  running = 0;
  warmed = 0;

  /** The next replies: texts, or errors that the requests fail with. */
  willReply(...replies: (string | readonly ReplyEvent[] | Error)[]): void {
    this.script.push(...replies.map((reply) => (typeof reply === 'string' ? wordByWord(reply) : reply)));
  }

  async *reply(request: ReplyRequest, signal: AbortSignal): AsyncGenerator<ReplyEvent> {
    this.requests.push(request);
    this.running += 1;
    try {
      const events = this.script.shift() ?? wordByWord('Okay.');
      if (events instanceof Error) throw events;
      for (const event of events) {
        await Promise.resolve();
        if (signal.aborted) return;
        yield event;
      }
    } finally {
      this.running -= 1;
    }
  }

  warm(): void {
    this.warmed += 1;
  }
}

/** A voice whose speech of a text lasts `msPerChar` for each character, in pieces of 100 ms. */
export class FakeSynthesizer implements Synthesizer {
  readonly name = 'fake';
  readonly texts: string[] = [];
  readonly faults: Error[] = [];
  warmed = 0;

  constructor(private readonly msPerChar = 5) {}

  async *speak(text: string, _voice: unknown, signal: AbortSignal): AsyncGenerator<SpeechPiece> {
    this.texts.push(text);
    await Promise.resolve();
    const fault = this.faults.shift();
    if (fault) throw fault;
    let leftBytes = text.length * this.msPerChar * 8;
    while (leftBytes > 0 && !signal.aborted) {
      const mulaw = new Uint8Array(Math.min(800, leftBytes)).fill(text.charCodeAt(0));
      yield { type: 'audio', mulaw };
      leftBytes -= 800;
      await Promise.resolve();
    }
  }

  warm(): void {
    this.warmed += 1;
  }
}

function wordByWord(text: string): ReplyEvent[] {
  const words = (text.match(/\s*\S+/g) ?? []).map((word): ReplyEvent => ({ type: 'text', text: word }));
  return [...words, { type: 'finished', reason: 'stop' }];
}
