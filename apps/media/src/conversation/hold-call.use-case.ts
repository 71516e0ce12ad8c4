import type { CallSpec } from '@parley/contracts';
import { fixedUtterances, greetingUtterances, languageFacts } from '@parley/conversation';
import type { ConversationSettings, Integrations, VoiceSettings } from '@parley/conversation';
import { AppError } from '@parley/kernel';
import type { Clock } from '@parley/kernel';
import type { Logger } from '@parley/observability';
import type { MediaGrant, SecretBox } from '@parley/secrets';
import type { MediaSocket } from '../carrier/media-socket';
import type { Pacer } from '../carrier/pacer';
import { PlayOut } from '../carrier/play-out';
import { FactBuffer } from '../facts/fact-buffer';
import type { FactTeller } from '../facts/fact-buffer';
import type { CallTelemetry } from '../telemetry/call-telemetry';
import type { Providers } from '../providers/providers';
import type { TraceFile, TraceFolder } from '../traces/trace-folder';
import type { CallControl } from './call-control.port';
import { conversationSettings, missingContext, transcriberOptions } from './call-settings';
import type { AttachedCall, CallDefaults } from './call-settings';
import { mayKeepGreeting } from './greeting-ahead';
import { LiveCall } from './live-call';
import { withOpenedWords } from './opened-words';
import { voiceSettings } from './voice-settings';

export interface HoldCallOptions {
  readonly providers: Providers;
  readonly callControl: CallControl;
  readonly integrations: (spec: CallSpec) => Integrations;
  readonly teller: FactTeller;
  readonly secrets: SecretBox;
  readonly pacer: Pacer;
  readonly telemetry: CallTelemetry;
  /** Where calls are recorded for a replay; null: nowhere. */
  readonly traces: TraceFolder | null;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly defaults: CallDefaults;
}

/** Audio of the caller that came before the call was attached: two seconds, then the oldest is dropped. */
const maxEarlyFrames = 100;

/** Takes a carrier's socket, attaches its leg, and holds the call's conversation until it is over. */
export class HoldCall {
  private readonly held = new Map<string, { readonly stint: number; readonly call: LiveCall }>();
  /** Attachments under way, and calls until nothing of them is left. */
  private readonly ends = new Set<Promise<void>>();
  private handingBack = false;

  constructor(private readonly options: HoldCallOptions) {}

  execute(socket: MediaSocket, grant: MediaGrant): void {
    const { clock, logger } = this.options;
    const early: Uint8Array[] = [];
    const playOut = new PlayOut(clock, this.options.pacer, socket);
    let call: LiveCall | undefined;
    let closedBy: string | undefined;
    const log = logger.child({ callId: grant.callId });
    // While the carrier and call-control are still being heard.
    this.options.providers.warm();
    const attach = async (streamSid: string, callSid: string): Promise<void> => {
      try {
        const attached = await this.attach(grant, streamSid, callSid);
        const live = this.begin(attached, socket, playOut, log);
        // The stint is open even when the carrier has gone meanwhile: it must hear of the end.
        if (closedBy !== undefined) live.detach(closedBy);
        else {
          call = live;
          live.start();
          for (const frame of early.splice(0)) live.audio(frame);
        }
      } catch (error) {
        log.warn({ err: error }, 'leg not attached');
        socket.close(1008, 'not attached');
      }
    };
    socket.start({
      onStart: ({ streamSid, callSid }) => this.waitFor(attach(streamSid, callSid)),
      onAudio: (mulaw) => {
        if (call) call.audio(mulaw);
        else {
          if (early.length >= maxEarlyFrames) early.shift();
          early.push(mulaw);
        }
      },
      onMark: (name) => call?.hear({ type: 'mark', name }),
      onKey: (key) => call?.hear({ type: 'key_pressed', key }),
      onClosed: (reason) => {
        closedBy = reason;
        playOut.close();
        call?.detach(reason);
      },
    });
  }

  /** Lets go of a call that someone else ended. False when it is not held in that stint. */
  detach(callId: string, stint: number, reason: string): boolean {
    const found = this.held.get(callId);
    if (found?.stint !== stint || found.call.isEnding) return false;
    found.call.detach(reason);
    return true;
  }

  get size(): number {
    return this.held.size;
  }

  /** Lets running calls end by themselves within `graceMs`, then hands the rest back. Resolves when none is left. */
  async drain(graceMs: number): Promise<void> {
    const cancel = this.options.clock.after(graceMs, () => {
      this.handingBack = true;
      for (const { call } of this.held.values()) call.hear({ type: 'drain' });
    });
    while (this.ends.size > 0) await Promise.all(this.ends);
    cancel();
  }

  private async attach(grant: MediaGrant, streamSid: string, carrierCallSid: string): Promise<AttachedCall> {
    const { callId, legId, nonce } = grant;
    const { callControl, secrets } = this.options;
    const attached = await callControl.attach({ callId, legId, nonce, carrierCallSid, streamSid });
    try {
      return { ...attached, spec: withOpenedWords(attached.spec, secrets) };
    } catch (error) {
      // Nobody else could hold this conversation either.
      await this.giveUp(attached, AppError.from(error));
      throw error;
    }
  }

  private async giveUp({ spec, stint }: AttachedCall, { code, message }: AppError): Promise<void> {
    const { user_id: userId, call_id: callId, agent } = spec;
    await this.options.callControl.finish(
      { userId, callId, stint },
      {
        commandId: `${callId}:${stint}:give-up`,
        reason: 'provider_failed',
        errorMessage: `${code}: ${message}`,
        lastWords: languageFacts(agent.language).sentences.apology,
      },
    );
  }

  private begin(attached: AttachedCall, socket: MediaSocket, playOut: PlayOut, logger: Logger): LiveCall {
    const { clock, teller, secrets, defaults, integrations, providers } = this.options;
    const { spec, stint } = attached;
    const keepsNoWords = spec.hipaa_compliant;
    const call = { userId: spec.user_id, callId: spec.call_id, stint };
    const facts = new FactBuffer({ ...call, keepsNoWords }, teller, clock, logger);
    const { voice, problem } = voiceSettings(spec, secrets, providers.voices);
    if (problem !== null) facts.add({ type: 'problem', code: 'VOICE.NOT_AS_SET', message: problem });
    const missing = missingContext(attached);
    if (missing !== null) facts.add({ type: 'problem', code: 'PROMPT.MISSING_CONTEXT', message: missing });
    const held: { call?: LiveCall } = {};
    const { timing, ...roles } = providers.forCall({
      spec,
      voice,
      onProblem: (code, message) => {
        if (held.call) held.call.hear({ type: 'problem_noticed', code, message });
        else facts.add({ type: 'problem', code, message });
      },
    });
    const wanted = conversationSettings(attached, clock.nowMs(), defaults);
    const settings = { ...wanted, timing: { ...wanted.timing, ...timing } };
    const trace = keepsNoWords ? undefined : this.options.traces?.open(call, settings);
    const live = new LiveCall({
      ...this.options,
      ...roles,
      call,
      settings,
      ...(trace && { record: trace.record }),
      voice,
      integrations: integrations(spec),
      transcriberOptions: transcriberOptions(spec, defaults),
      playOut,
      facts,
      logger: logger.child({ stint }),
      closeSocket: (reason) => socket.close(1000, reason.slice(0, 100)),
    });
    held.call = live;
    this.keepSpeech(spec, settings, voice);
    this.keep(spec.call_id, stint, live, trace);
    return live;
  }

  /** The greeting serves later calls, but for one that says whom it is for; what no model writes is made ready. */
  private keepSpeech(spec: CallSpec, settings: ConversationSettings, voice: VoiceSettings): void {
    const { providers } = this.options;
    const { language, initialMessage, fillerAfterMs, maySayNothing, askIfPresentOnIdle } = settings;
    if (initialMessage !== null && mayKeepGreeting(spec)) {
      providers.keepSpeech(greetingUtterances(initialMessage, language));
    }
    const hasFillers = fillerAfterMs !== null && !maySayNothing;
    const phrases = fixedUtterances({ language, hasFillers, checksIn: askIfPresentOnIdle });
    providers.speakAhead('phrase', voice, phrases);
  }

  private keep(callId: string, stint: number, call: LiveCall, trace: TraceFile | undefined): void {
    const entry = { stint, call };
    this.waitFor(
      call.ended.then(async () => {
        if (this.held.get(callId) === entry) this.held.delete(callId);
        await trace?.close();
      }),
    );
    if (this.handingBack) call.hear({ type: 'drain' });
    // The same call may come back here in a later stint before the earlier one has let go, or was even attached.
    const other = this.held.get(callId);
    if (other && other.stint > stint) call.detach('taken up again');
    else {
      this.held.set(callId, entry);
      other?.call.detach('taken up again');
    }
  }

  /** Keeps `drain` from resolving before this has. */
  private waitFor(work: Promise<void>): void {
    const waited = work.finally(() => this.ends.delete(waited));
    this.ends.add(waited);
  }
}
