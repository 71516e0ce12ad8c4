import type { LanguageModel, Synthesizer, Transcriber, VoiceSettings } from '@parley/conversation';
import { CircuitBreaker, FallbackChain, SystemClock } from '@parley/kernel';
import type { ChainLink, Clock, ProviderSwitch } from '@parley/kernel';
import { FallbackModel } from '@parley/language-models';
import type { Logger } from '@parley/observability';
import type { SecretBox } from '@parley/secrets';
import { FallbackSynthesizer, FallbackTranscriber } from '@parley/speech';
import type { SelectiveTranscriber, VoiceUse } from '@parley/speech';
import type { MediaSettings } from '../settings';
import { SpeechAhead } from '../speech/speech-ahead';
import { SpeechCache } from '../speech/speech-cache';
import { Adapters } from './adapters';
import { ModelLinks } from './model-links';
import { availableModels, providerOrder, voiceNames } from './provider-order';
import type { ProviderOrder, VoiceName } from './provider-order';
import type { CallNeeds, CallProviders, Providers } from './providers';

/** While another provider may take over, the conversation itself waits long enough for two. */
const timingOfTwo = { model: { modelFirstTokenMs: 2_700 }, voice: { speechFirstAudioMs: 2_400 } };

/** The deployment's providers, as its settings order them. */
export function createProviders(
  settings: MediaSettings,
  secrets: SecretBox,
  logger: Logger,
  clock: Clock = new SystemClock(),
): Providers {
  return new DeploymentProviders(settings, secrets, logger, clock);
}

class DeploymentProviders implements Providers {
  private readonly order: ProviderOrder;
  private readonly adapters: Adapters;
  private readonly models: ModelLinks;
  private readonly ears: readonly ChainLink<Transcriber>[];
  private readonly cache = new SpeechCache();
  private readonly ahead = new SpeechAhead(this.cache);
  private readonly breakers = new Map<VoiceName, CircuitBreaker>();

  constructor(
    settings: MediaSettings,
    secrets: SecretBox,
    private readonly logger: Logger,
    private readonly clock: Clock,
  ) {
    this.order = providerOrder(settings);
    this.adapters = new Adapters(settings, logger);
    this.models = new ModelLinks(this.adapters, this.order.models, availableModels(settings), secrets, clock);
    this.ears = this.order.transcribers.map((name) => ({
      name,
      provider: this.adapters.transcriber(name),
      breaker: new CircuitBreaker(clock),
    }));
    for (const name of voiceNames) this.breakers.set(name, new CircuitBreaker(clock));
  }

  get voices(): readonly VoiceName[] {
    return this.order.voices;
  }

  warm(): void {
    this.models.first?.provider.provider.warm();
    const [voice] = this.voices;
    if (voice) this.adapters.voice(voice).warm();
  }

  forCall(needs: CallNeeds): CallProviders {
    const { clock } = this;
    const models = this.models.forCall(needs);
    const voices = this.voiceLinks(needs);
    const chain = <P>(role: string, links: readonly ChainLink<P>[]) =>
      new FallbackChain(links, (taken) => this.tell(role, taken, needs));
    const model: LanguageModel = new FallbackModel(chain('model', models), {
      clock,
      takesSilence: needs.spec.agent.ivr_navigation_mode === 'default',
    });
    const synthesizer: Synthesizer = new FallbackSynthesizer(chain('voice', voices), { clock });
    // While the carrier is still saying hello.
    model.warm();
    synthesizer.warm();
    return {
      model,
      synthesizer,
      transcriber: new FallbackTranscriber(chain('transcriber', this.earsFor(needs)), clock),
      timing: {
        ...(models.length > 1 && timingOfTwo.model),
        ...(voices.length > 1 && timingOfTwo.voice),
      },
    };
  }

  speakAhead(kind: 'greeting' | 'phrase', voice: VoiceSettings, texts: readonly string[]): void {
    const provider = voiceNames.find((name) => name === voice.provider) ?? this.voices[0];
    if (provider)
      this.ahead.want(kind, { provider, synthesizer: this.adapters.voice(provider), voice, texts });
  }

  keepSpeech(texts: readonly string[]): void {
    this.cache.want(texts);
  }

  close(): Promise<void> {
    this.ahead.close();
    this.cache.close();
    return this.adapters.close();
  }

  /** Those that know the agent's language; all of them when none says so. */
  private earsFor({ spec }: CallNeeds): readonly ChainLink<Transcriber>[] {
    const { language } = spec.agent;
    const knowing = this.ears.filter(({ provider }) => !isSelective(provider) || provider.supports(language));
    return knowing.length > 0 ? knowing : this.ears;
  }

  /** The agent's voice first, then the deployment's; one with a key of the agent's own may be followed by its vendor's. */
  private voiceLinks({ voice }: CallNeeds): readonly ChainLink<VoiceUse>[] {
    const own = voiceNames.find((name) => name === voice.provider);
    const isOwnAccount = voice.apiKey !== null;
    const usual = { voiceId: null, model: null, apiKey: null, dials: {}, language: voice.language };
    const others = this.voices
      .filter((name) => name !== own || isOwnAccount)
      .map((name) => this.voiceLink(name, { ...usual, provider: name }));
    if (!own) return others;
    const first = this.voiceLink(own, voice);
    if (!isOwnAccount) return [first, ...others];
    const name = `${own} with the agent's own key`;
    return [{ ...first, name, breaker: new CircuitBreaker(this.clock) }, ...others];
  }

  private voiceLink(name: VoiceName, voice: VoiceUse['voice']): ChainLink<VoiceUse> {
    const breaker = this.breakers.get(name) ?? new CircuitBreaker(this.clock);
    return { name, provider: { provider: this.cache.over(name, this.adapters.voice(name)), voice }, breaker };
  }

  private tell(role: string, { from, to, error }: ProviderSwitch, { spec, onProblem }: CallNeeds): void {
    const why = error === null ? 'it has failed in calls just before' : `${error.code}: ${error.message}`;
    this.logger.warn({ err: error, callId: spec.call_id, role, from, to }, 'another provider takes over');
    onProblem('PROVIDER.SWITCHED', `The ${role} changed from ${from} to ${to}: ${why}`);
  }
}

function isSelective(transcriber: Transcriber): transcriber is SelectiveTranscriber {
  return 'supports' in transcriber;
}
