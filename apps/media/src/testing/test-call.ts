import { attach, checkTransfer, finish, transfer } from '@parley/contracts';
import type { CallFact, CallSpec, HistoryEntry } from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { AskServer } from '@parley/messaging';
import type { NatsConnection } from '@parley/messaging';
import { RecordingLogger } from '@parley/testing';

/** A call's snapshot with an agent that greets; `agent` changes what a spec is about. */
export function testSpec(agent: Partial<CallSpec['agent']> = {}): CallSpec {
  const userId = newId();
  const owned = () => ({ id: newId(), user_id: userId });
  return {
    user_id: userId,
    call_id: newId(),
    direction: 'inbound',
    from_number: '+15005550001',
    to_number: '+15005550006',
    context: null,
    hipaa_compliant: false,
    sealed_words: null,
    has_knowledge: false,
    agent: {
      ...owned(),
      name: null,
      language: 'en',
      initial_message: 'Hello, this is Ada.',
      interrupt_sensitivity: 'low',
      context_endpoint: null,
      noise_suppression: false,
      endpointing_sensitivity: 'auto',
      ivr_navigation_mode: 'off',
      conversation_speed: 1,
      initial_message_delay: 0,
      openai_model_name_override: null,
      ask_if_human_present_on_idle: false,
      run_do_not_call_detection: false,
      llm_fallback: null,
      deepgram_keywords: null,
      idle_time_seconds: null,
      llm_temperature: 0,
      prompt: {
        ...owned(),
        content: 'You are Ada.',
        collect_fields: null,
        context_endpoint: null,
        prompt_template: null,
      },
      voice: {
        ...owned(),
        type: 'voice_eleven_labs',
        voice_id: 'v1',
        stability: null,
        similarity_boost: null,
        api_key: null,
        optimize_streaming_latency: null,
        model_id: null,
        experimental_input_streaming: false,
      },
      actions: [],
      webhook: null,
      vector_database: null,
      openai_account_connection: null,
      ...agent,
    },
  };
}

/** call-control, as far as media needs it: answers from a script and keeps what it was asked and told. */
export class StubCallControl {
  readonly asked: { readonly verb: string; readonly request: Record<string, unknown> }[] = [];
  readonly facts: CallFact[] = [];
  spec = testSpec();
  stint = 1;
  history: HistoryEntry[] = [];
  refusal: AppError | undefined;
  /** How often `finish` fails before it works. */
  finishFailures = 0;
  private held: Promise<void> | undefined;
  private readonly server: AskServer;

  constructor(private readonly nats: NatsConnection) {
    this.server = new AskServer({ nats, service: 'call-control', logger: new RecordingLogger() });
  }

  async start(): Promise<void> {
    this.server.answer(attach, async (request) => {
      this.note('attach', request);
      await this.held;
      const { spec, stint, history } = this;
      return { spec, stint, history, call_started_at_ms: Date.now() };
    });
    this.server.answer(finish, (request) => {
      this.asked.push({ verb: 'finish', request });
      this.finishFailures -= 1;
      if (this.finishFailures >= 0) throw new AppError('unavailable', 'DATABASE.AWAY', 'Not now.');
      return {};
    });
    this.server.answer(checkTransfer, (request) => {
      this.note('check-transfer', request);
      return { phone_number: request.phone_number };
    });
    this.server.answer(transfer, (request) => {
      this.note('transfer', request);
      return { phone_number: request.phone_number };
    });
    this.nats.subscribe('facts.v1.>', {
      callback: (_, message) => void this.facts.push(message.json<CallFact>()),
    });
    await this.server.start();
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** Keeps legs that attach waiting until the function it gives is called. */
  holdBack(): () => void {
    let answer: () => void = () => undefined;
    this.held = new Promise((resolve) => (answer = resolve));
    return () => answer();
  }

  verbs(): string[] {
    return this.asked.map(({ verb }) => verb);
  }

  /** Messages as lines; `-` ends one that was cut. */
  transcript(): string[] {
    return this.facts.flatMap(({ body }) =>
      body.type === 'message' ? [`${body.sender}: ${body.text}${body.interrupted ? '-' : ''}`] : [],
    );
  }

  private note(verb: string, request: Record<string, unknown>): void {
    this.asked.push({ verb, request });
    if (this.refusal) throw this.refusal;
  }
}
