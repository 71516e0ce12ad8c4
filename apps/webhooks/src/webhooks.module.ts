import { DynamicModule, Module } from '@nestjs/common';
import { SystemClock } from '@parley/kernel';
import { AskClient } from '@parley/messaging';
import type { Logger } from '@parley/observability';
import { GuardedHttpClient } from '@parley/outbound-http';
import { DataSource } from 'typeorm';
import { AcceptEvents } from './deliveries/accept-events.use-case';
import { AttemptDelivery } from './deliveries/attempt-delivery.use-case';
import { DeliveryStore } from './deliveries/delivery.store';
import { DeliveryWorker } from './deliveries/delivery-worker';
import { EndpointStore } from './endpoints/endpoint.store';
import { FollowEndpoints } from './endpoints/follow-endpoints.use-case';

/** What the service is built with; `defaultTuning` but in specs. */
export interface Tuning {
  readonly timeoutMs: number;
  readonly leaseMs: number;
  readonly pollMs: number;
  readonly maxInFlight: number;
  readonly maxInFlightPerEndpoint: number;
  readonly drainMs: number;
}

export const defaultTuning: Tuning = {
  timeoutMs: 15_000,
  leaseMs: 30_000,
  pollMs: 500,
  maxInFlight: 64,
  maxInFlightPerEndpoint: 8,
  drainMs: 5_000,
};

export interface WebhooksParts {
  readonly database: DataSource;
  readonly asks: AskClient;
  readonly http: GuardedHttpClient;
  readonly logger: Logger;
  readonly retryScale: number;
  readonly tuning: Tuning;
}

@Module({})
export class WebhooksModule {
  static with(parts: WebhooksParts): DynamicModule {
    const { logger, tuning, retryScale } = parts;
    const clock = new SystemClock();
    return {
      module: WebhooksModule,
      providers: [
        { provide: DataSource, useValue: parts.database },
        { provide: AskClient, useValue: parts.asks },
        { provide: GuardedHttpClient, useValue: parts.http },
        {
          provide: EndpointStore,
          useFactory: (database: DataSource) => new EndpointStore(database),
          inject: [DataSource],
        },
        {
          provide: DeliveryStore,
          useFactory: (database: DataSource) => new DeliveryStore(database),
          inject: [DataSource],
        },
        {
          provide: FollowEndpoints,
          useFactory: (endpoints: EndpointStore) => new FollowEndpoints(endpoints),
          inject: [EndpointStore],
        },
        {
          provide: AttemptDelivery,
          useFactory: (store: DeliveryStore, http: GuardedHttpClient) =>
            new AttemptDelivery({
              store,
              http,
              clock,
              logger,
              retryScale,
              random: () => Math.random(),
              timeoutMs: tuning.timeoutMs,
            }),
          inject: [DeliveryStore, GuardedHttpClient],
        },
        {
          provide: DeliveryWorker,
          useFactory: (store: DeliveryStore, attempt: AttemptDelivery) =>
            new DeliveryWorker({ store, attempt, clock, logger, ...tuning }),
          inject: [DeliveryStore, AttemptDelivery],
        },
        {
          provide: AcceptEvents,
          useFactory: (
            endpoints: EndpointStore,
            deliveries: DeliveryStore,
            asks: AskClient,
            worker: DeliveryWorker,
          ) => new AcceptEvents({ endpoints, deliveries, asks, logger, onAccepted: () => worker.wake() }),
          inject: [EndpointStore, DeliveryStore, AskClient, DeliveryWorker],
        },
      ],
    };
  }
}
