import { dtmfMulaw } from '@parley/audio';
import { languageFacts, newConversation, step } from '@parley/conversation';
import type {
  ConversationEffect,
  ConversationEvent,
  ConversationSettings,
  ConversationState,
  Integrations,
  LanguageModel,
  Synthesizer,
  TraceEntry,
  Transcriber,
  TranscriberOptions,
  VoiceSettings,
} from '@parley/conversation';
import { AppError } from '@parley/kernel';
import type { CancelTimer, Clock } from '@parley/kernel';
import type { Logger } from '@parley/observability';
import type { PlayOut } from '../carrier/play-out';
import type { FactBuffer } from '../facts/fact-buffer';
import type { CallTelemetry } from '../telemetry/call-telemetry';
import type { CallControl, HeldCall } from './call-control.port';
import { Listening } from './listening';
import { OutsideRequests } from './outside-requests';
import { ProviderRequests } from './provider-requests';

/** All that one conversation works with. */
export interface LiveCallParts {
  readonly call: HeldCall;
  readonly settings: ConversationSettings;
  readonly voice: VoiceSettings;
  readonly transcriber: Transcriber;
  readonly transcriberOptions: TranscriberOptions;
  readonly model: LanguageModel;
  readonly synthesizer: Synthesizer;
  readonly callControl: CallControl;
  readonly integrations: Integrations;
  readonly playOut: PlayOut;
  readonly facts: FactBuffer;
  readonly telemetry: CallTelemetry;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Ends the carrier's stream from our side. */
  readonly closeSocket: (reason: string) => void;
  /** Keeps what the conversation hears, for a replay. */
  readonly record?: (entry: TraceEntry) => void;
}

const finishAttempts = 5;
const finishRetryMs = 500;
/** How long facts may wait for their stream once the call is over. */
const flushWithinMs = 60_000;

/** One call held: carries the conversation's effects out into the world, and brings back what comes of them. */
export class LiveCall {
  private state: ConversationState;
  private readonly events: ConversationEvent[] = [];
  private stepping = false;
  private readonly requests: ProviderRequests;
  private readonly listening: Listening;
  private readonly outside: OutsideRequests;
  private cancelWake: CancelTimer | undefined;
  private readonly epochMs: number;
  private ending: Promise<void> | undefined;
  private endedBy = 'socket closed';
  private commands = 0;
  private readonly begunUtterances = new Set<number>();
  private readonly done: Promise<void>;
  private resolveDone: () => void = () => undefined;

  constructor(private readonly parts: LiveCallParts) {
    const { clock, settings, model, synthesizer, voice, transcriber, transcriberOptions } = parts;
    this.state = newConversation(settings);
    // Wall-clock time may jump; a conversation's must not.
    this.epochMs = clock.nowMs() - clock.monotonicMs();
    const hear = (event: ConversationEvent) => this.hear(event);
    this.requests = new ProviderRequests(model, synthesizer, voice, hear);
    this.listening = new Listening(transcriber, () => transcriberOptions, hear, clock);
    this.outside = new OutsideRequests({ ...parts, hear });
    this.done = new Promise((resolve) => (this.resolveDone = resolve));
    parts.telemetry.callTaken();
  }

  start(): void {
    this.hear({ type: 'started' });
  }

  audio(mulaw: Uint8Array): void {
    if (!this.ending) this.listening.send(mulaw);
  }

  /** Tells the conversation something. What it wants done is done before this returns. */
  hear(event: ConversationEvent): void {
    this.events.push(event);
    // An effect may bring an event at once: it waits until the step that wanted the effect is carried out.
    if (this.stepping) return;
    this.stepping = true;
    for (let next = this.events.shift(); next; next = this.events.shift()) this.step(next);
    this.stepping = false;
  }

  /** The socket is gone, or the call was ended by someone else. */
  detach(reason: string): void {
    this.hear({ type: 'detached', reason });
  }

  /** True once the conversation is over, while its end is still being committed and told. */
  get isEnding(): boolean {
    return this.ending !== undefined;
  }

  /** Resolves when nothing of the call is left here. */
  get ended(): Promise<void> {
    return this.done;
  }

  private step(event: ConversationEvent): void {
    const atMs = Math.round(this.epochMs + this.parts.clock.monotonicMs());
    const effects = this.effectsOf(event, atMs);
    this.parts.record?.({ atMs, event, effects });
    for (const effect of effects) {
      try {
        this.carryOut(effect, atMs);
      } catch (error) {
        // The conversation's own deadlines deal with what did not happen.
        this.parts.logger.error({ err: error, effect: effect.type }, 'effect not carried out');
      }
    }
  }

  private effectsOf(event: ConversationEvent, atMs: number): readonly ConversationEffect[] {
    if (this.ending) return [];
    try {
      const [state, effects] = step(this.state, event, atMs);
      this.state = state;
      return effects;
    } catch (error) {
      // A defect of ours ends this call properly, and no other with it.
      this.parts.logger.error({ err: error, event: event.type }, 'conversation failed');
      const { apology } = languageFacts(this.parts.settings.language).sentences;
      const errorMessage = 'CONVERSATION.FAILED: The conversation could not go on.';
      return [{ type: 'finish', reason: 'provider_failed', errorMessage, lastWords: apology }];
    }
  }

  private carryOut(effect: ConversationEffect, nowMs: number): void {
    const { playOut, facts } = this.parts;
    switch (effect.type) {
      case 'open_transcriber':
        this.listening.open();
        break;
      case 'request_reply':
        this.requests.requestReply(effect.replyId, effect.request);
        break;
      case 'cancel_reply':
        this.requests.cancelReply(effect.replyId);
        break;
      case 'request_speech':
        this.requests.requestSpeech(effect.utteranceId, effect.text);
        break;
      case 'request_tones':
        this.requests.giveAudio(effect.utteranceId, dtmfMulaw(effect.keys));
        break;
      case 'cancel_speech':
        this.requests.cancelSpeech(effect.utteranceId);
        this.begunUtterances.delete(effect.utteranceId);
        break;
      case 'forget_audio':
        this.requests.forgetAudio(effect.utteranceId);
        this.begunUtterances.delete(effect.utteranceId);
        break;
      case 'send_audio':
        this.sendAudio(effect);
        break;
      case 'send_mark':
        playOut.mark(effect.name, effect.last);
        break;
      case 'clear_audio':
        playOut.clear();
        break;
      case 'tell':
        facts.add(effect.fact);
        this.parts.telemetry.note(effect.fact, this.parts.logger);
        break;
      case 'wake_at':
        this.cancelWake?.();
        this.cancelWake = this.parts.clock.after(Math.max(0, effect.atMs - nowMs), () =>
          this.hear({ type: 'tick' }),
        );
        break;
      case 'run_action':
        void this.outside.runAction(effect.runId, this.outsideRun(effect));
        break;
      case 'look_up':
        void this.outside.lookUp(effect.lookupId, effect.words);
        break;
      case 'request_summary':
        void this.outside.summarise(effect.summaryId, effect.request);
        break;
      case 'check_transfer':
        void this.checkTransfer(effect);
        break;
      case 'transfer':
        void this.transfer(effect);
        break;
      case 'finish':
        this.endedBy = effect.reason;
        this.ending ??= this.finish(effect);
        break;
      case 'release':
        this.endedBy = effect.reason;
        this.ending ??= this.release();
        break;
    }
  }

  private sendAudio({ utteranceId, from, bytes }: Extract<ConversationEffect, { type: 'send_audio' }>): void {
    const { playOut } = this.parts;
    let began =
      from === 0 && !this.begunUtterances.has(utteranceId) ? this.whenBegun(utteranceId) : undefined;
    this.requests.takeAudio(utteranceId, from, bytes, (piece) => {
      playOut.queue(piece, began);
      began = undefined;
    });
  }

  /** Audio that was cleared before it went out is sent again: an utterance begins once all the same. */
  private whenBegun(utteranceId: number): () => void {
    return () => {
      if (this.begunUtterances.has(utteranceId)) return;
      this.begunUtterances.add(utteranceId);
      this.hear({ type: 'playout_began', utteranceId });
    };
  }

  /** A run's id repeats in no stint, a model's own id of a call may. */
  private outsideRun({
    runId,
    toolCallId,
    actionId,
    input,
  }: Extract<ConversationEffect, { type: 'run_action' }>) {
    return { toolCallId: `${this.parts.call.stint}:${runId}:${toolCallId}`, actionId, input };
  }

  private async checkTransfer(
    effect: Extract<ConversationEffect, { type: 'check_transfer' }>,
  ): Promise<void> {
    const { callControl, call } = this.parts;
    const refusal = await refusalOf(callControl.checkTransfer(call, effect.phoneNumber));
    this.hear({ type: 'transfer_checked', runId: effect.runId, refusal });
  }

  private async transfer(effect: Extract<ConversationEffect, { type: 'transfer' }>): Promise<void> {
    const { callControl, call } = this.parts;
    const { actionId, phoneNumber, runId } = effect;
    const commandId = this.commandId(`transfer:${runId}`);
    const refusal = await refusalOf(callControl.transfer(call, { commandId, actionId, phoneNumber }));
    this.hear({ type: 'transfer_answered', runId, refusal });
  }

  /** The end is committed before the socket is closed: else the carrier would go on with the call. */
  private async finish(effect: Extract<ConversationEffect, { type: 'finish' }>): Promise<void> {
    const { callControl, call, logger } = this.parts;
    const { reason, errorMessage, lastWords } = effect;
    const commandId = this.commandId('finish');
    this.stopWork();
    for (let attempt = 1; attempt <= finishAttempts; attempt += 1) {
      try {
        await callControl.finish(call, { commandId, reason, errorMessage, lastWords });
        break;
      } catch (error) {
        logger.warn({ err: error, attempt }, 'finish not committed');
        if (!AppError.from(error).retryable) break;
        if (attempt < finishAttempts) await this.pause(finishRetryMs * attempt);
      }
    }
    await this.letGo();
  }

  private async release(): Promise<void> {
    this.stopWork();
    await this.letGo();
  }

  private stopWork(): void {
    this.cancelWake?.();
    this.cancelWake = undefined;
    this.requests.close();
    this.outside.close();
  }

  private async letGo(): Promise<void> {
    const { closeSocket, playOut, facts, logger } = this.parts;
    closeSocket(this.endedBy);
    playOut.close();
    facts.add({ type: 'detached', reason: this.endedBy });
    await Promise.all([this.listening.close(), facts.flushed(flushWithinMs)]);
    facts.close();
    const { lateFrames, sentFrames } = playOut;
    this.parts.telemetry.callLetGo(sentFrames, lateFrames);
    logger.info({ reason: this.endedBy, lateFrames, sentFrames }, 'call let go');
    this.resolveDone();
  }

  private commandId(verb: string): string {
    const { callId, stint } = this.parts.call;
    this.commands += 1;
    return `${callId}:${stint}:${verb}:${this.commands}`;
  }

  private pause(forMs: number): Promise<void> {
    return new Promise((resolve) => void this.parts.clock.after(forMs, resolve));
  }
}

/** Why a command was refused; null when it was not. */
async function refusalOf(asked: Promise<void>): Promise<string | null> {
  try {
    await asked;
    return null;
  } catch (error) {
    return AppError.from(error).message;
  }
}
