import { DynamicModule, Module } from '@nestjs/common';
import { mediaDetach, mediaSubject } from '@parley/contracts';
import { SystemClock } from '@parley/kernel';
import { AskClient, AskServer, Teller } from '@parley/messaging';
import type { NatsConnection } from '@parley/messaging';
import type { HealthChecks, Logger } from '@parley/observability';
import { MediaTokens, SecretBox } from '@parley/secrets';
import { storedAccountTokens } from '@parley/telephony';
import { MediaServer } from './carrier/media-server';
import { Pacer } from './carrier/pacer';
import { HoldCall } from './conversation/hold-call.use-case';
import { CallTelemetry } from './telemetry/call-telemetry';
import type { TraceFolder } from './traces/trace-folder';
import { NatsCallControl } from './conversation/nats-call-control';
import { NatsIntegrations } from './conversation/nats-integrations';
import type { Providers } from './providers/providers';
import type { MediaSettings } from './settings';

export interface MediaParts {
  readonly settings: MediaSettings;
  readonly logger: Logger;
  readonly nats: NatsConnection;
  readonly checks: HealthChecks;
  readonly providers: Providers;
  readonly traces: TraceFolder | null;
  /** Names this process in the subjects of its commands. */
  readonly instance: string;
}

@Module({})
export class MediaModule {
  static with(parts: MediaParts): DynamicModule {
    const { logger, nats, settings } = parts;
    const clock = new SystemClock();
    const asks = new AskClient(nats);
    const secrets = SecretBox.fromKeys(settings.SECRETS_KEYS);
    return {
      module: MediaModule,
      providers: [
        { provide: Pacer, useFactory: () => new Pacer(clock) },
        { provide: CallTelemetry, useFactory: () => new CallTelemetry() },
        {
          provide: HoldCall,
          useFactory: (pacer: Pacer, telemetry: CallTelemetry) =>
            new HoldCall({
              providers: parts.providers,
              callControl: new NatsCallControl(asks, parts.instance),
              integrations: (spec) => new NatsIntegrations(asks, clock, spec),
              teller: new Teller(nats),
              secrets,
              pacer,
              telemetry,
              traces: parts.traces,
              clock,
              logger,
              defaults: {
                maxCallMs: settings.MAX_CALL_MINUTES * 60_000,
                prepareAhead: settings.PREPARE_AHEAD,
                fillerAfterMs: settings.FILLER_AFTER_MS || null,
              },
            }),
          inject: [Pacer, CallTelemetry],
        },
        {
          provide: MediaServer,
          useFactory: (calls: HoldCall, metrics: CallTelemetry) =>
            new MediaServer({
              host: settings.HOST,
              port: settings.PORT,
              publicMediaUrl: settings.PUBLIC_MEDIA_URL,
              twilioAuthToken: settings.TWILIO_AUTH_TOKEN,
              accounts: storedAccountTokens(asks, secrets),
              tokens: new MediaTokens(settings.MEDIA_TOKEN_KEY),
              maxSockets: settings.MAX_CALLS,
              checks: parts.checks,
              metrics,
              clock,
              logger,
              onSocket: (socket, grant) => calls.execute(socket, grant),
            }),
          inject: [HoldCall, CallTelemetry],
        },
        {
          provide: AskServer,
          useFactory: (calls: HoldCall) => {
            const commands = new AskServer({ nats, service: 'media', logger });
            // The subject names the process, so it is known at run time only and no decorator can hold it.
            commands.answer(
              mediaDetach,
              ({ call_id: callId, stint, reason }) => ({ held: calls.detach(callId, stint, reason) }),
              { subject: mediaSubject(parts.instance, 'detach') },
            );
            return commands;
          },
          inject: [HoldCall],
        },
      ],
    };
  }
}
