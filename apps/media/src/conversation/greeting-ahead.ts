import { mediaPrepare } from '@parley/contracts';
import type { MediaPrepare } from '@parley/contracts';
import { fillPlaceholders, greetingUtterances } from '@parley/conversation';
import type { NatsConnection } from '@parley/messaging';
import type { Logger } from '@parley/observability';
import type { SecretBox } from '@parley/secrets';
import type { Providers } from '../providers/providers';
import { voiceSettings } from './voice-settings';

export interface GreetingAheadOptions {
  readonly nats: NatsConnection;
  readonly providers: Providers;
  readonly secrets: SecretBox;
  readonly logger: Logger;
}

type Greeting = Pick<MediaPrepare, 'hipaa_compliant'> & {
  readonly agent: { readonly initial_message: string | null };
};

/** Speaks greetings while it rings: when the call is taken, its first words are there. */
export class GreetingAhead {
  private stop: (() => void) | undefined;

  constructor(private readonly options: GreetingAheadOptions) {}

  /** Begins to listen for calls that are about to be picked up. */
  start(): void {
    const subscription = this.options.nats.subscribe(mediaPrepare.subject, {
      callback: (error, message) => {
        if (error) return;
        try {
          this.prepare(message.json());
        } catch (fault) {
          this.options.logger.warn({ err: fault }, 'a greeting was not prepared');
        }
      },
    });
    this.stop = () => subscription.unsubscribe();
  }

  close(): void {
    this.stop?.();
    this.stop = undefined;
  }

  private prepare(payload: unknown): void {
    const { data } = mediaPrepare.payload.safeParse(payload);
    if (!data || !mayKeepGreeting(data)) return;
    const { agent, context } = data;
    const { providers, secrets } = this.options;
    const { voice } = voiceSettings(data, secrets, providers.voices);
    const { text } = fillPlaceholders(agent.initial_message, context ?? {}, 'dollar');
    providers.speakAhead('greeting', voice, greetingUtterances(text, agent.language));
  }
}

/** Where nothing of a call may be stored, a greeting that names something of the call is not kept either. */
export function mayKeepGreeting({ agent, hipaa_compliant: isPrivate }: Greeting): boolean {
  return !isPrivate || !(agent.initial_message ?? '').includes('${');
}
