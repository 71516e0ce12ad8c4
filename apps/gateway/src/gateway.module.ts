import { DynamicModule, Module } from '@nestjs/common';
import { AskClient } from '@parley/messaging';
import type { HealthChecks } from '@parley/observability';
import { SecretBox } from '@parley/secrets';
import type { NatsConnection } from 'nats';
import { KeysController } from './admin/keys.controller';
import { UsersController } from './admin/users.controller';
import { TwilioController, TwilioEdge } from './carriers/twilio.controller';
import { HealthController, READINESS } from './http/health.controller';
import type { GatewaySettings } from './settings';
import { CallsController } from './vocode/calls.controller';
import { Inbound } from './vocode/inbound';
import { NumbersController } from './vocode/numbers.controller';
import { Outbound } from './vocode/outbound';
import { resourceControllers } from './vocode/resources';

export interface GatewayParts {
  readonly settings: GatewaySettings;
  readonly nats: NatsConnection;
  readonly checks: HealthChecks;
}

@Module({})
export class GatewayModule {
  static with({ settings, nats, checks }: GatewayParts): DynamicModule {
    const secrets = SecretBox.fromKeys(settings.SECRETS_KEYS);
    return {
      module: GatewayModule,
      controllers: [
        ...resourceControllers,
        NumbersController,
        CallsController,
        UsersController,
        KeysController,
        TwilioController,
        HealthController,
      ],
      providers: [
        { provide: AskClient, useFactory: () => new AskClient(nats) },
        { provide: Inbound, useFactory: () => new Inbound(secrets) },
        { provide: Outbound, useFactory: () => new Outbound(secrets) },
        {
          provide: TwilioEdge,
          useFactory: () => new TwilioEdge(settings.PUBLIC_URL, settings.TWILIO_AUTH_TOKEN),
        },
        { provide: READINESS, useValue: checks },
      ],
    };
  }
}
