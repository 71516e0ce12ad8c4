import type { ConversationEffect, ConversationFact, FinishReason } from '../effects';
import type { ConversationEvent, Fault } from '../events';
import type { ActionAnswer, Passage, ReplyRequest, ToolCall } from '../ports';
import type { ConversationSettings } from '../settings';
import { defaultTiming } from '../settings';
import type { ConversationState } from '../state';
import { newConversation } from '../state';
import { step } from '../step';
import type { TraceEntry } from '../trace';
import { SimulatedCarrier } from './simulated-carrier';

/** What the model answers to one request. A text alone is a reply without faults or tools. */
export interface ScriptedReply {
  readonly say?: string;
  readonly calls?: readonly ToolCall[];
  readonly firstTokenMs?: number;
  readonly tokenMs?: number;
  /** So long it writes its calls' arguments, with a sign of life now and then. */
  readonly writesMs?: number;
  /** Fails where the reply would have finished. */
  readonly fault?: Fault;
  /** Never gets to its end. */
  readonly stalls?: boolean;
}

/** What becomes of one request for speech. */
export type ScriptedSpeech = { readonly fault: Fault } | 'stalls' | 'empty' | 'breaks off' | 'good';

/** What comes of one action outside; `'silent'` for no answer at all. */
export type ScriptedAnswer = (Partial<ActionAnswer> & { readonly afterMs?: number }) | 'silent';

/** What a look-up finds; `'silent'` for no answer at all. */
export type ScriptedPassages =
  readonly Passage[] | { readonly passages: readonly Passage[]; readonly afterMs: number } | 'silent';

export interface SimulatedTimes {
  readonly firstTokenMs: number;
  readonly tokenMs: number;
  readonly firstAudioMs: number;
  readonly msPerChar: number;
  readonly askMs: number;
}

const usualTimes: SimulatedTimes = {
  firstTokenMs: 300,
  tokenMs: 20,
  firstAudioMs: 100,
  msPerChar: 60,
  askMs: 20,
};

/** Settings of an agent that does as little as possible by itself. */
export const plainSettings: ConversationSettings = {
  language: 'en',
  prompt: 'You are a helpful agent.',
  initialMessage: null,
  initialMessageDelayMs: 0,
  interruptSensitivity: 'low',
  temperature: 0,
  model: null,
  actions: [],
  collectFields: [],
  hasKnowledge: false,
  endpointingSensitivity: 'auto',
  conversationSpeed: 1,
  prepareAhead: 'off',
  fillerAfterMs: null,
  maySayNothing: false,
  maxHistoryChars: 24_000,
  idleMs: 30_000,
  askIfPresentOnIdle: false,
  maxDurationMs: 4 * 3_600_000,
  resumed: false,
  history: [],
  timing: defaultTiming,
};

/** When simulated calls begin, epoch ms. */
export const simulatedStartMs = 1_000_000;

/**
 * A whole call in virtual time: the conversation, and a world around it that answers its effects as a carrier, a
 * model, a voice and a switch would. What the caller heard is known from the audio alone (`carrier`).
 */
export class SimulatedCall {
  readonly settings: ConversationSettings;
  readonly effects: { readonly atMs: number; readonly effect: ConversationEffect }[] = [];
  readonly events: { readonly atMs: number; readonly event: ConversationEvent }[] = [];
  /** Both together, as a trace has them. */
  readonly entries: TraceEntry[] = [];
  /** Events and effects in the order in which they happened. */
  readonly log: (ConversationEvent | ConversationEffect)[] = [];
  readonly requests: ReplyRequest[] = [];
  readonly carrier = new SimulatedCarrier();
  /** Answers to `check_transfer` and `transfer`: a reason to refuse, `'silent'` for no answer at all. */
  refusals: { check?: string; commit?: string } = {};
  /** Answers to `run_action`, in order; then one without success. */
  readonly answers: ScriptedAnswer[] = [];
  /** What `look_up` finds, in order; then nothing. */
  readonly found: ScriptedPassages[] = [];
  /** Summaries, in order; `''` for one that fails. Then always the same one. */
  readonly summaries: string[] = [];
  readonly summaryRequests: ReplyRequest[] = [];
  loseMarks = false;
  /** Nobody answers any more, but time passes. */
  isDeserted = false;
  /** Sees every state, with the effects that came with it. */
  watch: (state: ConversationState, effects: readonly ConversationEffect[]) => void = () => undefined;
  state: ConversationState;
  nowMs = simulatedStartMs;
  private readonly times: SimulatedTimes;
  private readonly replies: ScriptedReply[] = [];
  private readonly speeches: ScriptedSpeech[] = [];
  private queue: { atMs: number; order: number; event: ConversationEvent }[] = [];
  private order = 0;
  private readonly cancelled = new Set<string>();

  constructor(settings: Partial<ConversationSettings> = {}, times: Partial<SimulatedTimes> = {}) {
    this.settings = { ...plainSettings, ...settings };
    this.times = { ...usualTimes, ...times };
    this.state = deepFreeze(newConversation(this.settings));
  }

  /** The model's next replies, in order. When they run out it says "Okay then.". */
  willReply(...replies: (string | ScriptedReply)[]): this {
    this.replies.push(...replies.map((reply) => (typeof reply === 'string' ? { say: reply } : reply)));
    return this;
  }

  /** What becomes of the next requests for speech, in order; good ever after. */
  willSpeak(...speeches: ScriptedSpeech[]): this {
    this.speeches.push(...speeches);
    return this;
  }

  start(): this {
    return this.hear({ type: 'started' });
  }

  /** The caller says words, 300 ms each: an interim after every word, then a final that ends the turn. */
  says(text: string, options: { endOfTurn?: boolean | null } = {}): this {
    const words = text.split(' ');
    this.hear({ type: 'speech_started', atMs: 0 });
    words.forEach((_, index) => {
      this.run(300);
      this.hear({ type: 'interim', text: words.slice(0, index + 1).join(' ') });
    });
    this.run(100);
    return this.hear({
      type: 'final',
      text,
      endOfTurn: options.endOfTurn === undefined ? true : options.endOfTurn,
      endMs: 0,
    });
  }

  /** One event, now. */
  hear(event: ConversationEvent): this {
    this.events.push({ atMs: this.nowMs, event });
    this.log.push(event);
    const [state, effects] = step(this.state, event, this.nowMs);
    this.state = deepFreeze(state);
    this.watch(state, effects);
    this.entries.push({ atMs: this.nowMs, event, effects });
    for (const effect of effects) {
      this.effects.push({ atMs: this.nowMs, effect });
      this.log.push(effect);
      this.carryOut(effect);
    }
    return this;
  }

  /** Lets time pass. */
  run(forMs: number): this {
    const untilMs = this.nowMs + forMs;
    while (this.runNext(untilMs));
    this.nowMs = untilMs;
    return this;
  }

  /** Lets time pass until the caller hears nothing any more and nothing is on its way; at most a minute. */
  runUntilQuiet(): this {
    const limitMs = this.nowMs + 60_000;
    const isBusy = () =>
      this.state.activity.is !== 'listening' ||
      this.state.speech.parts.length > 0 ||
      this.state.ahead !== null ||
      this.state.hearing.keysDueMs !== null ||
      this.state.hearing.dueAtMs !== null;
    while (isBusy() && this.runNext(limitMs));
    return this;
  }

  /** Lets time pass until the caller has heard these words; at most a minute. */
  runUntilHeard(words: string): this {
    const limitMs = this.nowMs + 60_000;
    while (!this.carrier.heardText(this.nowMs).includes(words) && this.nowMs < limitMs) this.run(10);
    return this;
  }

  get facts(): ConversationFact[] {
    return this.effects.flatMap(({ effect }) => (effect.type === 'tell' ? [effect.fact] : []));
  }

  /** Messages as lines; `-` ends one that was cut. */
  get transcript(): string[] {
    return this.facts.flatMap((fact) =>
      fact.type === 'message'
        ? [`${fact.sender === 'bot' ? 'BOT' : 'HUMAN'}: ${fact.text}${fact.interrupted ? '-' : ''}`]
        : [],
    );
  }

  get problems(): string[] {
    return this.facts.flatMap((fact) => (fact.type === 'problem' ? [fact.code] : []));
  }

  get finished(): { reason: FinishReason; errorMessage: string | null } | null {
    const last = this.effectsOf('finish').at(-1);
    return last ? { reason: last.reason, errorMessage: last.errorMessage } : null;
  }

  /** What the carrier was left to say; null when nothing. */
  get leftToCarrier(): string | null {
    return this.effectsOf('finish').at(-1)?.lastWords ?? null;
  }

  /** Since the start of the call. */
  get elapsedMs(): number {
    return this.nowMs - simulatedStartMs;
  }

  effectsOf<T extends ConversationEffect['type']>(type: T): Extract<ConversationEffect, { type: T }>[] {
    return this.effects.flatMap(({ effect }) =>
      effect.type === type ? [effect as Extract<ConversationEffect, { type: T }>] : [],
    );
  }

  /** When an effect of this kind was first wanted at or after `fromMs`; NaN if never. */
  timeOf(type: ConversationEffect['type'], fromMs = 0): number {
    return this.effects.find(({ atMs, effect }) => atMs >= fromMs && effect.type === type)?.atMs ?? NaN;
  }

  private runNext(untilMs: number): boolean {
    this.queue.sort((a, b) => a.atMs - b.atMs || a.order - b.order);
    const next = this.queue[0];
    if (!next || next.atMs > untilMs) return false;
    this.queue.shift();
    this.nowMs = Math.max(this.nowMs, next.atMs);
    if (!this.isStale(next.event)) this.hear(next.event);
    return true;
  }

  private schedule(inMs: number, event: ConversationEvent): void {
    this.queue.push({ atMs: this.nowMs + inMs, order: this.order++, event });
  }

  /** A cancelled request says no more; a mark of cleared audio comes at once and from nowhere else. */
  private isStale(event: ConversationEvent): boolean {
    if (this.isDeserted) return event.type !== 'tick';
    if ('replyId' in event) return this.cancelled.has(`r${event.replyId}`);
    if ('utteranceId' in event) return this.cancelled.has(`u${event.utteranceId}`);
    return event.type === 'mark' && (this.loseMarks || !this.carrier.takeMark(event.name));
  }

  private carryOut(effect: ConversationEffect): void {
    switch (effect.type) {
      case 'request_reply':
        this.requests.push(effect.request);
        this.schedule(0, { type: 'reply_requested', replyId: effect.replyId });
        this.streamReply(effect.replyId, this.replies.shift() ?? { say: 'Okay then.' });
        break;
      case 'cancel_reply':
        this.cancelled.add(`r${effect.replyId}`);
        break;
      case 'request_speech':
        this.synthesise(effect.utteranceId, effect.text);
        break;
      case 'request_tones':
        this.streamAudio(effect.utteranceId, `[${effect.keys}]`, effect.keys.length * 200, 0);
        break;
      case 'cancel_speech':
        this.cancelled.add(`u${effect.utteranceId}`);
        break;
      case 'send_audio':
        if (this.carrier.send(effect.utteranceId, effect.from / 8, effect.bytes / 8, this.nowMs)) {
          this.schedule(0, { type: 'playout_began', utteranceId: effect.utteranceId });
        }
        break;
      case 'send_mark':
        this.schedule(this.carrier.mark(effect.name, this.nowMs), { type: 'mark', name: effect.name });
        break;
      case 'clear_audio':
        this.carrier.clear(this.nowMs).forEach((name) => this.schedule(5, { type: 'mark', name }));
        break;
      case 'check_transfer':
        this.answer(this.refusals.check, (refusal) => ({
          type: 'transfer_checked',
          runId: effect.runId,
          refusal,
        }));
        break;
      case 'transfer':
        this.answer(this.refusals.commit, (refusal) => ({
          type: 'transfer_answered',
          runId: effect.runId,
          refusal,
        }));
        break;
      case 'look_up':
        this.answerLookUp(effect.lookupId);
        break;
      case 'request_summary':
        this.summaryRequests.push(effect.request);
        this.answerSummary(effect.summaryId);
        break;
      case 'run_action':
        this.answerAction(effect.runId);
        break;
      case 'wake_at':
        this.schedule(Math.max(0, effect.atMs - this.nowMs), { type: 'tick' });
        break;
      default:
    }
  }

  private answerLookUp(lookupId: number): void {
    const found = this.found.shift() ?? [];
    if (found === 'silent') return;
    const { afterMs, passages } =
      'passages' in found ? found : { afterMs: this.times.askMs, passages: found };
    this.schedule(afterMs, { type: 'looked_up', lookupId, passages });
  }

  private answerSummary(summaryId: number): void {
    const text = this.summaries.shift() ?? 'They talked.';
    if (text !== 'silent') this.schedule(2_000, { type: 'summary_ready', summaryId, text: text || null });
  }

  private answerAction(runId: number): void {
    const answer = this.answers.shift() ?? { success: false };
    if (answer === 'silent') return;
    const { afterMs = this.times.askMs, ...given } = answer;
    const whole = { success: true, result: {}, agentMessage: null, ...given };
    this.schedule(afterMs, { type: 'action_answered', runId, answer: whole });
  }

  private answer(refusal: string | undefined, event: (refusal: string | null) => ConversationEvent): void {
    if (refusal !== 'silent') this.schedule(this.times.askMs, event(refusal ?? null));
  }

  private streamReply(replyId: number, reply: ScriptedReply): void {
    let atMs = reply.firstTokenMs ?? this.times.firstTokenMs;
    for (const text of reply.say?.match(/\s*\S+/g) ?? []) {
      this.schedule(atMs, { type: 'reply_text', replyId, text });
      atMs += reply.tokenMs ?? this.times.tokenMs;
    }
    for (const untilMs = atMs + (reply.writesMs ?? 0); atMs < untilMs; atMs += 250)
      this.schedule(atMs, { type: 'reply_text', replyId, text: '' });
    for (const call of reply.calls ?? []) this.schedule(atMs, { type: 'reply_tool_call', replyId, call });
    if (reply.stalls) return;
    const reason = reply.calls ? 'tool_calls' : 'stop';
    this.schedule(
      atMs,
      reply.fault
        ? { type: 'reply_failed', replyId, fault: reply.fault }
        : { type: 'reply_finished', replyId, reason },
    );
  }

  private synthesise(utteranceId: number, text: string): void {
    // A repeated request has the same id; what its first one still had to say is not heard.
    this.cancelled.delete(`u${utteranceId}`);
    this.schedule(0, { type: 'speech_requested', utteranceId });
    const speech = this.speeches.shift() ?? 'good';
    if (speech === 'stalls') return;
    if (speech === 'empty') {
      this.schedule(this.times.firstAudioMs, { type: 'speech_finished', utteranceId });
      return;
    }
    if (typeof speech === 'object') {
      this.schedule(this.times.firstAudioMs, {
        type: 'speech_failed',
        utteranceId,
        fault: speech.fault,
      });
      return;
    }
    const share = speech === 'breaks off' ? 0.5 : 1;
    this.streamAudio(utteranceId, text, text.length * this.times.msPerChar, this.times.firstAudioMs, share);
  }

  private streamAudio(utteranceId: number, text: string, totalMs: number, firstMs: number, share = 1): void {
    this.carrier.expect(utteranceId, text, totalMs);
    const pieces = Math.max(1, Math.ceil((totalMs * share) / 250));
    for (let piece = 0; piece < pieces; piece += 1) {
      const bytes = Math.round((totalMs * share * 8) / pieces);
      this.schedule(firstMs + piece * 20, { type: 'speech_audio', utteranceId, bytes });
    }
    if (share === 1) this.schedule(firstMs + pieces * 20, { type: 'speech_finished', utteranceId });
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}
