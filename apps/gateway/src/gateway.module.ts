import { DynamicModule, Module } from '@nestjs/common';
import { AskClient } from '@parley/messaging';
import type { HealthChecks } from '@parley/observability';
import { SecretBox } from '@parley/secrets';
import { storedAccountTokens } from '@parley/telephony';
import type { NatsConnection } from 'nats';
import { KeysController } from './admin/keys.controller';
import { UsersController } from './admin/users.controller';
import { TwilioController, TwilioEdge } from './carriers/twilio.controller';
import { DocsController, PUBLIC_URL } from './docs/docs.controller';
import { HealthController, READINESS } from './http/health.controller';
import { HttpMetrics } from './metrics/http-metrics';
import { MetricsController } from './metrics/metrics.controller';
import { KnowledgeController } from './parley/knowledge.controller';
import type { GatewaySettings } from './settings';
import { CallsController } from './vocode/calls.controller';
import { Inbound } from './vocode/inbound';
import { NumbersController } from './vocode/numbers.controller';
import { Outbound } from './vocode/outbound';
import { resourceControllers } from './vocode/resources';
import { SecretDisplay } from './vocode/secret-display';
import { SteeringPoolsController } from './vocode/steering-pools.controller';
import { UsageController } from './vocode/usage.controller';

export interface GatewayParts {
  readonly settings: GatewaySettings;
  readonly nats: NatsConnection;
  readonly checks: HealthChecks;
  readonly metrics: HttpMetrics;
}

@Module({})
export class GatewayModule {
  static with({ settings, nats, checks, metrics }: GatewayParts): DynamicModule {
    const secrets = SecretBox.fromKeys(settings.SECRETS_KEYS);
    return {
      module: GatewayModule,
      controllers: [
        ...resourceControllers,
        NumbersController,
        CallsController,
        SteeringPoolsController,
        UsageController,
        KnowledgeController,
        UsersController,
        KeysController,
        TwilioController,
        HealthController,
        DocsController,
        MetricsController,
      ],
      providers: [
        { provide: AskClient, useFactory: () => new AskClient(nats) },
        { provide: Inbound, useFactory: () => new Inbound(secrets) },
        {
          provide: Outbound,
          useFactory: () => new Outbound(new SecretDisplay(secrets, settings.REVEAL_SECRETS)),
        },
        {
          provide: TwilioEdge,
          useFactory: (asks: AskClient) =>
            new TwilioEdge(
              settings.PUBLIC_URL,
              settings.TWILIO_AUTH_TOKEN,
              storedAccountTokens(asks, secrets),
            ),
          inject: [AskClient],
        },
        { provide: READINESS, useValue: checks },
        { provide: HttpMetrics, useValue: metrics },
        { provide: PUBLIC_URL, useValue: settings.PUBLIC_URL },
      ],
    };
  }
}
