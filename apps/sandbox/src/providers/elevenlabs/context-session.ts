import type { CancelTimer } from '@parley/kernel';
import { WebSocket } from 'ws';
import { parseJson } from '../provider-server';
import type { SpeechDesk } from '../speech/speech-desk';
import { contextBody, ContextBody } from './context-body';
import { ContextStream } from './context-stream';

export interface ContextSessionOptions {
  readonly path: string;
  readonly inactivityMs: number;
  /** Whether the times of the characters go with the audio. */
  readonly aligned: boolean;
}

/** As many as the vendor allows on one socket. */
const MOST_CONTEXTS = 5;
const POLICY_VIOLATION = 1008;

interface Context {
  /** What was sent and not yet spoken. */
  text: string;
  stream: ContextStream | undefined;
  closing: boolean;
  cancelInactivity: CancelTimer;
}

/** One multi-context socket, as ElevenLabs keeps it. */
export class ContextSession {
  private readonly contexts = new Map<string, Context>();

  constructor(
    private readonly desk: SpeechDesk,
    private readonly socket: WebSocket,
    private readonly options: ContextSessionOptions,
  ) {}

  start(): void {
    this.socket.on('message', (data, isBinary) => {
      const body = isBinary ? undefined : contextBody.safeParse(parseJson((data as Buffer).toString('utf8')));
      if (body?.success) this.take(body.data);
      else this.refuse('invalid_message', 'The message is not known.');
    });
    this.socket.on('error', () => this.socket.terminate());
    this.socket.on('close', () => {
      for (const id of [...this.contexts.keys()]) this.drop(id);
    });
  }

  private take(body: ContextBody): void {
    if (body.close_socket) {
      this.socket.close(1000);
      return;
    }
    const id = body.context_id ?? 'default';
    // As the real one: a context comes into being by any message that names it.
    const context = this.contexts.get(id) ?? this.open(id);
    if (!context) return;
    this.keepAlive(id, context);
    if (context.closing) return;
    context.text += body.text ?? '';
    if (body.flush && context.text.trim() !== '') this.speak(id, context);
    if (!body.close_context) return;
    context.closing = true;
    if (!context.stream) this.finish(id);
  }

  private open(id: string): Context | undefined {
    if (this.contexts.size >= MOST_CONTEXTS) {
      this.refuse('max_active_conversations', `Maximum simultaneous contexts exceeded (${MOST_CONTEXTS}).`);
      return undefined;
    }
    const context: Context = {
      text: '',
      stream: undefined,
      closing: false,
      cancelInactivity: () => undefined,
    };
    this.contexts.set(id, context);
    return context;
  }

  private speak(id: string, context: Context): void {
    const text = context.text.trim();
    context.text = '';
    const wire = {
      send: (message: Readonly<Record<string, unknown>>) => this.socket.send(JSON.stringify(message)),
      sendNoise: () => this.socket.send('<html>'),
      reset: () => this.socket.terminate(),
    };
    const job = {
      number: this.desk.nextRequest(),
      contextId: id,
      text,
      path: this.options.path,
      aligned: this.options.aligned,
      onDone: () => {
        context.stream = undefined;
        if (context.closing) this.finish(id);
      },
    };
    context.stream?.stop();
    context.stream = new ContextStream(this.desk, wire, job, this.desk.options.faults.nextIndex('voice'));
    context.stream.start().catch((error: unknown) => {
      this.desk.options.logger.error({ err: error }, 'the voice could not speak');
      this.socket.terminate();
    });
  }

  private finish(id: string): void {
    this.drop(id);
    this.socket.send(JSON.stringify({ isFinal: true, contextId: id }));
  }

  private drop(id: string): void {
    const context = this.contexts.get(id);
    this.contexts.delete(id);
    context?.cancelInactivity();
    context?.stream?.stop();
  }

  private keepAlive(id: string, context: Context): void {
    context.cancelInactivity();
    context.cancelInactivity = this.desk.options.clock.after(this.options.inactivityMs, () => {
      if (this.contexts.get(id) === context) this.finish(id);
    });
  }

  private refuse(error: string, message: string): void {
    this.socket.send(JSON.stringify({ message, error, code: POLICY_VIOLATION }));
    this.socket.close(POLICY_VIOLATION, message.slice(0, 100));
  }
}
