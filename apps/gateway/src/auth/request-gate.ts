import { authenticate, keysChangedSubject, leaseTokens } from '@parley/contracts';
import type { KeyScope } from '@parley/contracts';
import { AppError, SystemClock } from '@parley/kernel';
import { AskClient } from '@parley/messaging';
import type { ServiceContext } from '@parley/observability';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { NatsConnection } from 'nats';
import { limitedAddress } from '../limits/address';
import { RateLimiter } from '../limits/rate-limiter';
import type { GatewaySettings } from '../settings';
import { Authenticator } from './authenticator';
import type { AdmittedRequest, Caller } from './caller';

/** Routes that need no key and count against no limit: the carrier's, which are signed, and those for operators. */
const openRoutes = /^\/(carriers\/.+|healthz|readyz|metrics|openapi\.json|docs(\/.*)?)$/;

type Limits = Pick<GatewaySettings, 'RATE_LIMIT_PER_KEY_PER_MINUTE' | 'RATE_LIMIT_PER_ADDRESS_PER_MINUTE'>;

/**
 * Lets nobody in without a valid key of the right scope, nor faster than the limits, and that before a byte of the body
 * is read. A route is closed unless `openRoutes` names it.
 */
export function registerAuth(
  server: FastifyInstance,
  nats: NatsConnection,
  context: ServiceContext<Limits>,
): void {
  const { settings, logger } = context;
  const asks = new AskClient(nats);
  const clock = new SystemClock();
  const authenticator = new Authenticator({ ask: (key) => asks.ask(authenticate, key), clock });
  const limiter = new RateLimiter({ lease: (request) => asks.ask(leaseTokens, request), clock, logger });
  const gate = new RequestGate(authenticator, limiter, settings);
  const changes = nats.subscribe(keysChangedSubject, { callback: () => authenticator.forgetAll() });
  context.onClose('notices of keys', () => changes.unsubscribe());
  server.decorateRequest('caller');
  server.addHook('onRequest', (request, reply) => gate.admit(request, reply));
}

class RequestGate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly limiter: RateLimiter,
    private readonly limits: Limits,
  ) {}

  async admit(request: AdmittedRequest, reply: FastifyReply): Promise<void> {
    const route = request.routeOptions.url;
    if (route !== undefined && openRoutes.test(route)) return;
    try {
      await this.limiter.take(
        `address:${limitedAddress(request.ip)}`,
        this.limits.RATE_LIMIT_PER_ADDRESS_PER_MINUTE,
      );
      // There is nothing here, with a key or without.
      if (route === undefined) return;
      const { caller, requestsPerMinute } = await this.authenticator.authenticate(
        request.headers.authorization,
      );
      await this.limiter.take(
        `key:${caller.keyId}`,
        requestsPerMinute ?? this.limits.RATE_LIMIT_PER_KEY_PER_MINUTE,
      );
      requireScope(caller, scopeFor(request.method, route));
      request.caller = caller;
    } catch (error) {
      sayWhenToRetry(error, reply);
      throw error;
    }
  }
}

function scopeFor(method: FastifyRequest['method'], route: string): KeyScope {
  if (route === '/admin' || route.startsWith('/admin/')) return 'admin';
  return method === 'GET' || method === 'HEAD' ? 'read' : 'write';
}

/** @throws {KEY.SCOPE} */
function requireScope(caller: Caller, scope: KeyScope): void {
  if (caller.scopes.includes(scope)) return;
  throw new AppError(
    'forbidden',
    'KEY.SCOPE',
    `This API key lacks the scope "${scope}", which this request needs.`,
  );
}

function sayWhenToRetry(error: unknown, reply: FastifyReply): void {
  if (!AppError.is(error) || error.kind !== 'rate_limited') return;
  const retryAfterMs = Number(error.details?.['retryAfterMs'] ?? 0);
  void reply.header('retry-after', Math.max(1, Math.ceil(retryAfterMs / 1_000)));
}
