import type { CallSpec } from '@parley/contracts';
import type {
  ConversationTiming,
  LanguageModel,
  Synthesizer,
  Transcriber,
  VoiceSettings,
} from '@parley/conversation';

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
  close(): Promise<void>;
}

/** The same three for every call. */
export function sameForAll(
  roles: Omit<CallProviders, 'timing'>,
  voices: readonly string[] = ['eleven_labs'],
): Providers {
  return {
    voices,
    warm: () => {
      roles.model.warm();
      roles.synthesizer.warm();
    },
    forCall: () => ({ ...roles, timing: {} }),
    close: () => Promise.resolve(),
  };
}
