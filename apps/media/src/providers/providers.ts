import type { CallSpec } from '@parley/contracts';
import type {
  ConversationTiming,
  LanguageModel,
  Synthesizer,
  Transcriber,
  VoiceSettings,
} from '@parley/conversation';
import { SpeechAhead } from '../speech/speech-ahead';
import { SpeechCache } from '../speech/speech-cache';

/** What one call asks of the providers. */
export interface CallNeeds {
  readonly spec: CallSpec;
  /** The agent's voice, opened, or the deployment's own. */
  readonly voice: VoiceSettings;
  /** Told of what belongs on the call, e.g. that another provider has taken over. */
  readonly onProblem: (code: string, message: string) => void;
}

/** Who plays the three roles in one call. */
export interface CallProviders {
  readonly transcriber: Transcriber;
  readonly model: LanguageModel;
  readonly synthesizer: Synthesizer;
  /** The waits that differ because another provider may take over within them. */
  readonly timing: Partial<ConversationTiming>;
}

/** The AI providers of a process. Their connections are shared by all calls. */
export interface Providers {
  /** Providers of voices that this deployment has a key of, its default first. */
  readonly voices: readonly string[];
  /** Makes ready what a call uses first as a rule. Cheap when all is ready; never throws. */
  warm(): void;
  forCall(needs: CallNeeds): CallProviders;
  /** Has a voice say these soon, so that a call that needs them need not wait: greetings first. Never throws. */
  speakAhead(kind: 'greeting' | 'phrase', voice: VoiceSettings, texts: readonly string[]): void;
  /** From now on this is kept for other calls when it is spoken. */
  keepSpeech(texts: readonly string[]): void;
  close(): Promise<void>;
}

/** The same three for every call. */
export function sameForAll(
  roles: Omit<CallProviders, 'timing'>,
  voices: readonly string[] = ['eleven_labs'],
): Providers {
  const cache = new SpeechCache();
  const ahead = new SpeechAhead(cache);
  const { name } = roles.synthesizer;
  const synthesizer = cache.over(name, roles.synthesizer);
  return {
    voices,
    warm: () => {
      roles.model.warm();
      roles.synthesizer.warm();
    },
    forCall: () => ({ ...roles, synthesizer, timing: {} }),
    // Whoever scripts a voice counts its requests: phrases are made when they are needed.
    speakAhead: (kind, voice, texts) => {
      if (kind === 'greeting')
        ahead.want(kind, { provider: name, synthesizer: roles.synthesizer, voice, texts });
    },
    keepSpeech: (texts) => cache.want(texts),
    close: () => {
      ahead.close();
      cache.close();
      return Promise.resolve();
    },
  };
}
