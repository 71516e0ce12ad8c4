import type { Synthesizer, Transcriber } from '@parley/conversation';
import { OpenAiModel } from '@parley/language-models';
import type { Logger } from '@parley/observability';
import {
  AzureSynthesizer,
  AzureTranscriber,
  DeepgramFluxTranscriber,
  DeepgramSynthesizer,
  DeepgramTranscriber,
  ElevenLabsSynthesizer,
  OpenAiSynthesizer,
  OpenAiTranscriber,
  RimeSynthesizer,
} from '@parley/speech';
import type { MediaSettings } from '../settings';
import type { ModelName, TranscriberName, VoiceName } from './provider-order';

type ClosableVoice = Synthesizer & { close(): Promise<void> };

/** Makes each provider's adapter the first time that it is asked for, and keeps it. */
export class Adapters {
  private readonly transcribers = new Map<TranscriberName, Transcriber>();
  private readonly voices = new Map<VoiceName, ClosableVoice>();
  private readonly models = new Map<ModelName | 'accounts', OpenAiModel>();

  constructor(
    private readonly settings: MediaSettings,
    private readonly logger: Logger,
  ) {}

  transcriber(name: TranscriberName): Transcriber {
    return kept(this.transcribers, name, () => this.newTranscriber(name));
  }

  voice(name: VoiceName): Synthesizer {
    return kept(this.voices, name, () => this.newVoice(name));
  }

  model(name: ModelName): OpenAiModel {
    return kept(this.models, name, () => this.newModel(name));
  }

  /** Who is asked with the keys of agents' own OpenAI accounts. Whoever else speaks OpenAI's API is not to see them. */
  accounts(): OpenAiModel {
    const { OPENAI_ACCOUNTS_URL: url, OPENAI_BASE_URL } = this.settings;
    if (url === OPENAI_BASE_URL) return this.model('openai');
    return kept(this.models, 'accounts', () => {
      return new OpenAiModel({ ...access(undefined, url), model: accountsModel, logger: this.logger });
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.voices.values(), ...this.models.values()].map((adapter) => adapter.close()));
  }

  private newTranscriber(name: TranscriberName): Transcriber {
    const { settings, logger } = this;
    switch (name) {
      case 'deepgram':
        return new DeepgramTranscriber({
          ...deadlines,
          ...access(settings.DEEPGRAM_API_KEY, settings.DEEPGRAM_BASE_URL),
          model: settings.DEEPGRAM_MODEL,
          logger,
        });
      case 'deepgram_flux':
        return new DeepgramFluxTranscriber({
          ...deadlines,
          ...access(settings.DEEPGRAM_API_KEY, settings.DEEPGRAM_BASE_URL),
          logger,
        });
      case 'azure':
        return new AzureTranscriber({
          ...deadlines,
          ...access(settings.AZURE_SPEECH_KEY, settings.AZURE_SPEECH_STT_URL),
          ...(settings.AZURE_SPEECH_REGION !== undefined && { region: settings.AZURE_SPEECH_REGION }),
          logger,
        });
      case 'openai':
        return new OpenAiTranscriber({
          ...deadlines,
          ...access(settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL),
          model: settings.OPENAI_TRANSCRIBE_MODEL,
          logger,
        });
    }
  }

  private newVoice(name: VoiceName): ClosableVoice {
    const { settings, logger } = this;
    switch (name) {
      case 'eleven_labs':
        return new ElevenLabsSynthesizer({
          ...access(settings.ELEVENLABS_API_KEY, settings.ELEVENLABS_BASE_URL),
          voiceId: settings.ELEVENLABS_VOICE_ID,
          logger,
        });
      case 'azure':
        return new AzureSynthesizer({
          ...access(settings.AZURE_SPEECH_KEY, settings.AZURE_SPEECH_TTS_URL),
          region: settings.AZURE_SPEECH_REGION,
          voiceName: settings.AZURE_VOICE_NAME,
          logger,
        });
      case 'rime':
        return new RimeSynthesizer({
          ...access(settings.RIME_API_KEY, settings.RIME_BASE_URL),
          speaker: settings.RIME_SPEAKER,
          modelId: settings.RIME_MODEL,
          logger,
        });
      case 'deepgram':
        return new DeepgramSynthesizer({
          ...access(settings.DEEPGRAM_API_KEY, settings.DEEPGRAM_BASE_URL),
          voice: settings.DEEPGRAM_VOICE,
          logger,
        });
      case 'openai':
        return new OpenAiSynthesizer({
          ...access(settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL),
          voice: settings.OPENAI_VOICE,
          model: settings.OPENAI_SPEECH_MODEL,
          logger,
        });
    }
  }

  private newModel(name: ModelName): OpenAiModel {
    const { settings, logger } = this;
    if (name === 'openai')
      return new OpenAiModel({
        ...access(settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL),
        model: settings.OPENAI_MODEL,
        logger,
      });
    return new OpenAiModel({
      ...access(settings.AZURE_OPENAI_API_KEY, settings.AZURE_OPENAI_BASE_URL),
      model: settings.AZURE_OPENAI_MODEL ?? '',
      azure: { apiVersion: settings.AZURE_OPENAI_API_VERSION ?? null },
      logger,
    });
  }
}

/** Of accounts at OpenAI where the deployment's own server is another one, with models of its own. */
const accountsModel = 'gpt-4o-mini';

/** Found dead by then, a transcriber can be followed, or an apology be heard, before the caller has waited 4 s. */
const deadlines = { connectTimeoutMs: 1_200, stallTimeoutMs: 2_000 };

/** Without a key an adapter is of use to agents that bring their own. */
function access(apiKey: string | undefined, baseUrl: string | undefined) {
  return { apiKey: apiKey ?? '', ...(baseUrl !== undefined && { baseUrl }) };
}

function kept<Name, Adapter>(all: Map<Name, Adapter>, name: Name, make: () => Adapter): Adapter {
  const found = all.get(name) ?? make();
  all.set(name, found);
  return found;
}
