import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, NestFastifyApplication } from '@nestjs/platform-fastify';
import { closeNats, connectNats } from '@parley/messaging';
import { HealthChecks, nestLogger, ServiceContext } from '@parley/observability';
import { registerAuth } from './auth/request-gate';
import { GatewayModule } from './gateway.module';
import { earlyRefusals } from './http/early-refusals';
import { ErrorFilter } from './http/error.filter';
import { KnownRoutes } from './http/known-routes';
import { acceptBodies } from './http/request-body';
import { HttpMetrics } from './metrics/http-metrics';
import type { GatewaySettings } from './settings';

/** Starts the public edge; resolves when it listens. */
export async function startGateway(context: ServiceContext<GatewaySettings>): Promise<{ port: number }> {
  const { settings, logger } = context;
  const nats = await connectNats({ url: settings.NATS_URL, name: 'gateway', logger });
  context.onClose('nats', () => closeNats(nats));
  const checks = new HealthChecks();
  checks.add('nats', () => nats.flush());

  // A trailing slash only routes: the first clients of this API send one.
  const adapter = new FastifyAdapter({
    routerOptions: { ignoreTrailingSlash: true },
    requestTimeout: 30_000,
    trustProxy: settings.TRUSTED_PROXIES,
    exposeHeadRoutes: false,
    ...earlyRefusals,
  });
  const routes = KnownRoutes.of(adapter.getInstance());
  const metrics = new HttpMetrics();
  metrics.watch(adapter.getInstance());
  const app = await NestFactory.create<NestFastifyApplication>(
    GatewayModule.with({ settings, nats, checks, metrics }),
    adapter,
    { logger: nestLogger(logger), bodyParser: false, abortOnError: false },
  );
  acceptBodies(adapter.getInstance());
  registerAuth(adapter.getInstance(), nats, context);
  app.useGlobalFilters(new ErrorFilter(logger, routes));
  await app.listen(settings.PORT, settings.HOST);
  context.onClose('http', () => app.close());
  context.onClose('readiness', () => checks.drain());
  const address = adapter.getInstance().addresses()[0];
  return { port: address?.port ?? settings.PORT };
}
