import { deliveryRequest, nextAttempt, outcomeOf, parseRetryAfter } from '@parley/deliveries';
import type { AttemptResult, DeliveryTarget } from '@parley/deliveries';
import { AppError } from '@parley/kernel';
import type { Clock } from '@parley/kernel';
import type { Logger } from '@parley/observability';
import type { GuardedHttpClient } from '@parley/outbound-http';
import type { ClaimedDelivery, DeliveryStore } from './delivery.store';

export interface AttemptDeliveryOptions {
  readonly store: Pick<DeliveryStore, 'finish' | 'cancel' | 'release'>;
  readonly http: Pick<GuardedHttpClient, 'request'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Uniform in [0, 1); for the jitter. */
  readonly random: () => number;
  readonly retryScale: number;
  readonly timeoutMs: number;
}

interface Answer {
  readonly result: AttemptResult;
  readonly response: Buffer;
  readonly durationMs: number;
}

const keptResponseBytes = 16_384;
const nothing = Buffer.alloc(0);

/**
 * Makes one attempt of one delivery and records it. A process that dies between the two leaves the lease to run out:
 * the attempt is made again, under the same id, so the receiver may get an event twice but never not at all.
 */
export class AttemptDelivery {
  constructor(private readonly options: AttemptDeliveryOptions) {}

  /** Sends, records, schedules what follows. When `signal` breaks the request off, the delivery stays as it was. */
  async run(claimed: ClaimedDelivery, signal: AbortSignal): Promise<void> {
    const { store, random, retryScale, logger } = this.options;
    const fields = {
      userId: claimed.userId,
      callId: claimed.event.callId,
      eventId: claimed.event.eventId,
      endpointId: claimed.endpointId,
      attempt: claimed.attempt,
    };
    if (!claimed.target) {
      await store.cancel(claimed);
      logger.info(fields, 'webhook cancelled: its endpoint is gone');
      return;
    }
    const answer = await this.send(claimed, claimed.target, signal);
    if (!answer) {
      await store.release(claimed);
      return;
    }
    const { result, response, durationMs } = answer;
    const outcome = outcomeOf(result);
    const retryAfterMs = result.kind === 'answered' ? result.retryAfterMs : undefined;
    const next = nextAttempt(claimed.attempt, outcome, { random, scale: retryScale, retryAfterMs });
    const status = result.kind === 'answered' ? result.status : undefined;
    const error = errorOf(result);
    const stillOurs = await store.finish(claimed, { outcome, status, error, response, durationMs }, next);
    logger.info(
      { ...fields, outcome, status, error, durationMs: Math.round(durationMs), next, stillOurs },
      'webhook attempted',
    );
  }

  /** undefined when `signal` broke it off. */
  private async send(
    claimed: ClaimedDelivery,
    target: DeliveryTarget,
    signal: AbortSignal,
  ): Promise<Answer | undefined> {
    const { http, clock, timeoutMs } = this.options;
    const startedMs = clock.monotonicMs();
    try {
      const request = deliveryRequest(target, claimed.event, clock.nowMs());
      const options = { ...request, timeoutMs, maxResponseBytes: keptResponseBytes, signal };
      const { status, headers, body, durationMs } = await http.request(options);
      const retryAfterMs = parseRetryAfter(headers['retry-after'], clock.nowMs());
      return { result: { kind: 'answered', status, retryAfterMs }, response: body, durationMs };
    } catch (error) {
      const { code, kind } = AppError.from(error);
      if (code === 'HTTP.ABORTED') return undefined;
      const result: AttemptResult = kind === 'timeout' ? { kind: 'timed_out' } : { kind: 'failed', code };
      return { result, response: nothing, durationMs: clock.monotonicMs() - startedMs };
    }
  }
}

function errorOf(result: AttemptResult): string | undefined {
  if (result.kind === 'failed') return result.code;
  return result.kind === 'timed_out' ? 'HTTP.TIMEOUT' : undefined;
}
