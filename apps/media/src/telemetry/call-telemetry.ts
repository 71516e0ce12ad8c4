import type { ConversationFact } from '@parley/conversation';
import type { Logger } from '@parley/observability';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

type TurnMetrics = Extract<ConversationFact, { type: 'turn_metrics' }>;

const latencyBuckets = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 3, 4, 6];
const ownBuckets = [0.001, 0.002, 0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 1];

/** The metrics of one media process. Labels hold kinds and codes of ours, never anything of a call. */
export class CallTelemetry {
  private readonly registry = new Registry();
  private readonly latency = this.histogram(
    'turn_latency_seconds',
    "From the end of the caller's last word to the first frame of the answer.",
    latencyBuckets,
  );
  private readonly endOfTurn = this.histogram(
    'turn_end_of_turn_seconds',
    "From the end of the caller's last word to the end of the turn.",
    latencyBuckets,
  );
  private readonly firstToken = this.histogram(
    'turn_first_token_seconds',
    'From the end of the turn to the first token of the model; nothing when the reply was prepared ahead.',
    latencyBuckets,
  );
  private readonly firstByte = this.histogram(
    'turn_first_byte_seconds',
    'From the end of the turn to the first byte of speech; nothing when the speech was prepared ahead.',
    latencyBuckets,
  );
  private readonly own = this.histogram(
    'turn_own_seconds',
    'The part of a turn that was not spent waiting for a provider.',
    ownBuckets,
  );
  private readonly turns = new Counter({
    name: 'turns_total',
    help: 'Turns of callers, by what came of preparing the answer ahead.',
    labelNames: ['prepared'] as const,
    registers: [this.registry],
  });
  private readonly modelCalls = new Counter({
    name: 'turn_model_calls_total',
    help: 'Requests to the model for turns, those thrown away among them.',
    registers: [this.registry],
  });
  private readonly problems = new Counter({
    name: 'call_problems_total',
    help: 'Faults of providers and other problems of calls, by code.',
    labelNames: ['code'] as const,
    registers: [this.registry],
  });
  private readonly frames = new Counter({
    name: 'call_frames_total',
    help: 'Frames of 20 ms sent to the carrier; late: the carrier had to wait for them.',
    labelNames: ['late'] as const,
    registers: [this.registry],
  });

  private readonly held = new Gauge({
    name: 'calls_held',
    help: 'Calls that this process holds.',
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  callTaken(): void {
    this.held.inc();
  }

  callLetGo(sentFrames: number, lateFrames: number): void {
    this.held.dec();
    this.frames.inc({ late: 'no' }, Math.max(0, sentFrames - lateFrames));
    this.frames.inc({ late: 'yes' }, lateFrames);
  }

  /** One fact of a call, as it is told. */
  note(fact: ConversationFact, logger: Logger): void {
    if (fact.type === 'problem') this.problems.inc({ code: fact.code });
    if (fact.type === 'turn_metrics') this.noteTurn(fact, logger);
  }

  private noteTurn(turn: TurnMetrics, logger: Logger): void {
    logger.info(turn, 'turn');
    this.turns.inc({ prepared: turn.prepared });
    this.modelCalls.inc(turn.model_calls);
    observe(this.latency, turn.latency_ms);
    observe(this.endOfTurn, turn.end_of_turn_ms);
    observe(this.firstToken, turn.first_token_ms);
    observe(this.firstByte, turn.first_byte_ms);
    observe(this.own, turn.own_ms);
  }

  private histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name, help, buckets, registers: [this.registry] });
  }
}

/** Times before the end of the turn, of what was prepared ahead, are no waits. */
function observe(histogram: Histogram, ms: number | null): void {
  if (ms !== null && ms >= 0) histogram.observe(ms / 1_000);
}
