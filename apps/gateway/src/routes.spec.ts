import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { operations } from '@parley/contracts';
import { HealthChecks } from '@parley/observability';
import type { NatsConnection } from 'nats';
import { GatewayModule } from './gateway.module';
import { KnownRoutes } from './http/known-routes';
import { HttpMetrics } from './metrics/http-metrics';
import { gatewaySettings } from './settings';

/** What is served beside the operations of Vocode's API: Parley's own, and for carriers, operators and readers. */
const beside = /^(GET|POST) \/(parley\/v1\/|carriers\/|admin\/|healthz$|readyz$|openapi\.json$|docs(\/|$))/;

describe('the routes of the gateway', () => {
  let app: NestFastifyApplication;
  let routes: KnownRoutes;

  beforeAll(async () => {
    const settings = gatewaySettings.parse({
      NATS_URL: 'nats://127.0.0.1:4222',
      PORT: '8080',
      PUBLIC_URL: 'https://parley.example.com',
      SECRETS_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
      TWILIO_AUTH_TOKEN: 'token',
    });
    const adapter = new FastifyAdapter({ exposeHeadRoutes: false });
    routes = KnownRoutes.of(adapter.getInstance());
    const parts = {
      settings,
      nats: {} as NatsConnection,
      checks: new HealthChecks(),
      metrics: new HttpMetrics(),
    };
    app = await NestFactory.create<NestFastifyApplication>(GatewayModule.with(parts), adapter, {
      logger: false,
      bodyParser: false,
    });
    await app.init();
  });
  afterAll(() => app.close());

  const routeOf = (path: string) => path.replace(/{(\w+)}/g, ':$1');

  it('are all the operations of the document', () => {
    const documented = operations.map(({ method, path }) => `${method} ${routeOf(path)}`);
    expect(documented.filter((route) => !routes.all.includes(route))).toEqual([]);
    expect(documented).toHaveLength(45);
  });

  it('are no others, but for those that are not public', () => {
    const documented = new Set(operations.map(({ method, path }) => `${method} ${routeOf(path)}`));
    expect(routes.all.filter((route) => !documented.has(route) && !beside.test(route))).toEqual([]);
  });

  it.each([
    ['/v1/agents?id=1', ['GET']],
    ['/v1/agents/', ['GET']],
    ['/v1/agents/create', ['POST']],
    ['/v1/calls/recording/1', ['GET']],
    ['/v1/agents/other', []],
    ['/v1', []],
    ['/openapiXjson', []],
  ])('are known by their paths: %s has %j', (url, methods) => expect(routes.methodsOf(url)).toEqual(methods));
});
