import { join } from 'node:path';
import { AppError, Clock, SystemClock } from '@parley/kernel';
import type { Logger } from '@parley/observability';
import { Callers, SpeechStore } from './callers';
import { Accounts, RestServer } from './carrier';
import { ControlServer } from './control';
import { Faults } from './faults';
import { Journal, journalNames } from './journal';
import type {
  CallerEntries,
  CarrierEntries,
  ModelEntries,
  ReceiverEntries,
  TranscriberEntries,
  VoiceEntries,
} from './journal';
import {
  AzureProvider,
  azureSpeech,
  DeepgramProvider,
  deepgramSpeech,
  ElevenLabsProvider,
  OpenAiProvider,
  openAiSpeech,
  RimeProvider,
  SpeechDesk,
} from './providers';
import { Receiver } from './receiver';
import { loadScript, ScriptHolder } from './script';
import type { SandboxSettings } from './settings';
import { createVoice } from './voice';
import type { Voice } from './voice';

/** Where each role listens. */
export type SandboxPorts = Readonly<
  Record<'twilio' | 'deepgram' | 'openai' | 'elevenlabs' | 'azure' | 'rime' | 'receiver' | 'control', number>
>;

/** One role: something that listens on a port of its own. */
interface Role {
  start(): Promise<number>;
  close(): Promise<void>;
}

/** On a real network a frame is some ms late now and then. */
const JITTER_MS = 3;
/** The persons at the telephone sound lower and slower than the agent. */
const PERSON_VOICE = { pitch: 35, speed: 210 };

/** A carrier, AI providers, callers and a webhook receiver on loopback. */
export class Sandbox {
  private readonly clock: Clock = new SystemClock();
  private readonly journals;
  private readonly accounts: Accounts;
  private readonly roles: Readonly<Record<keyof SandboxPorts, Role>>;
  private ports: Partial<Record<keyof SandboxPorts, number>> = {};

  /** @throws SANDBOX.BAD_SCRIPT, SANDBOX.BAD_FAULTS */
  constructor(
    private readonly settings: SandboxSettings,
    private readonly logger: Logger,
  ) {
    const { clock } = this;
    const script = new ScriptHolder(loadScript(settings.SANDBOX_SCRIPT));
    const faults = new Faults(parseFaults(settings.SANDBOX_FAULTS));
    const journals = this.makeJournals();
    this.journals = journals;
    const callers = new Callers(
      { clock, journal: journals.caller, speeches: new SpeechStore(this.makeVoice(PERSON_VOICE)) },
      script,
    );
    const voice = this.makeVoice({});
    this.accounts = new Accounts({
      clock,
      journal: journals.carrier,
      faults,
      voice,
      subscribers: callers,
      jitterMs: JITTER_MS,
      ...(settings.SANDBOX_RECORDINGS && { recordingsDir: join(settings.SANDBOX_DIR, 'recordings') }),
    });
    this.accounts.add({
      accountSid: settings.TWILIO_ACCOUNT_SID,
      authToken: settings.TWILIO_AUTH_TOKEN,
      ownedNumbers: settings.SANDBOX_NUMBERS,
    });
    this.roles = this.makeRoles(script, faults, callers, voice);
  }

  /** Starts all roles; gives their ports. */
  async start(): Promise<SandboxPorts> {
    for (const name of journalNames) this.journals[name].start();
    for (const name of Object.keys(this.roles) as (keyof SandboxPorts)[])
      this.ports[name] = await this.roles[name].start();
    return this.ports as SandboxPorts;
  }

  /** Ends all calls, then stops all roles. */
  async close(): Promise<void> {
    await this.accounts.close();
    await Promise.all(Object.values(this.roles).map((role) => role.close()));
    for (const name of journalNames) this.journals[name].close();
  }

  private makeRoles(
    script: ScriptHolder,
    faults: Faults,
    callers: Callers,
    voice: Voice,
  ): Readonly<Record<keyof SandboxPorts, Role>> {
    const { clock, logger, settings, accounts, journals } = this;
    const host = settings.HOST;
    const provider = { clock, logger, faults, script, host };
    const keyed = (apiKey: string | undefined) => (apiKey === undefined ? {} : { apiKey });
    const desk = new SpeechDesk({ clock, logger, faults, script, voice, journal: journals.voice });
    return {
      twilio: new RestServer({
        accounts,
        clock,
        journal: journals.carrier,
        faults,
        host,
        port: settings.SANDBOX_TWILIO_PORT,
      }),
      deepgram: new DeepgramProvider({
        ...provider,
        journal: journals.transcriber,
        routes: [desk.route('POST', '/v1/speak', deepgramSpeech, settings.DEEPGRAM_API_KEY)],
        port: settings.SANDBOX_DEEPGRAM_PORT,
        ...keyed(settings.DEEPGRAM_API_KEY),
      }),
      openai: new OpenAiProvider({
        ...provider,
        journal: journals.model,
        transcriberJournal: journals.transcriber,
        routes: ['/v1/audio/speech', '/audio/speech'].map((path) =>
          desk.route('POST', path, openAiSpeech, settings.OPENAI_API_KEY),
        ),
        port: settings.SANDBOX_OPENAI_PORT,
        ...keyed(settings.OPENAI_API_KEY),
      }),
      elevenlabs: new ElevenLabsProvider({
        ...provider,
        desk,
        journal: journals.voice,
        port: settings.SANDBOX_ELEVENLABS_PORT,
        ...keyed(settings.ELEVENLABS_API_KEY),
      }),
      azure: new AzureProvider({
        ...provider,
        journal: journals.transcriber,
        routes: [desk.route('POST', '/cognitiveservices/v1', azureSpeech, settings.AZURE_SPEECH_KEY)],
        port: settings.SANDBOX_AZURE_PORT,
        ...keyed(settings.AZURE_SPEECH_KEY),
      }),
      rime: new RimeProvider({
        ...provider,
        desk,
        journal: journals.voice,
        port: settings.SANDBOX_RIME_PORT,
        ...keyed(settings.RIME_API_KEY),
      }),
      receiver: new Receiver({
        journal: journals.receiver,
        faults,
        script,
        host,
        port: settings.SANDBOX_RECEIVER_PORT,
      }),
      control: new ControlServer({
        journals,
        faults,
        script,
        accounts,
        callers,
        host,
        port: settings.SANDBOX_CONTROL_PORT,
        ports: () => this.ports,
      }),
    };
  }

  private makeJournals() {
    const options = (name: string) => ({
      clock: new PreciseClock(),
      file: join(this.settings.SANDBOX_DIR, 'journals', `${name}.jsonl`),
    });
    return {
      carrier: new Journal<CarrierEntries>(options('carrier')),
      caller: new Journal<CallerEntries>(options('caller')),
      receiver: new Journal<ReceiverEntries>(options('receiver')),
      transcriber: new Journal<TranscriberEntries>(options('transcriber')),
      model: new Journal<ModelEntries>(options('model')),
      voice: new Journal<VoiceEntries>(options('voice')),
    };
  }

  private makeVoice(sound: { readonly pitch?: number; readonly speed?: number }): Voice {
    const espeakPath = this.settings.SANDBOX_ESPEAK;
    return createVoice({
      ...sound,
      ...(espeakPath !== undefined && { espeakPath }),
      onSpeechLost: (error) =>
        this.logger.warn({ err: error }, 'espeak-ng does not speak; words are tones alone'),
    });
  }
}

/** Journals are measured by: their times have fractions of a ms. */
class PreciseClock extends SystemClock {
  override nowMs(): number {
    return Math.round((performance.timeOrigin + performance.now()) * 1_000) / 1_000;
  }
}

function parseFaults(text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch (cause) {
    throw new AppError('invalid', 'SANDBOX.BAD_FAULTS', 'SANDBOX_FAULTS is not JSON.', { cause });
  }
}
