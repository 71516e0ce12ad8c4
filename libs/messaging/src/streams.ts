import { AppError } from '@parley/kernel';
import { DiscardPolicy, nanos, NatsError, RetentionPolicy, StorageType } from 'nats';
import type { NatsConnection, StreamConfig } from 'nats';

const dayMs = 24 * 60 * 60 * 1_000;
const mebibyte = 1024 * 1024;

interface StreamPlan {
  readonly subjects: readonly string[];
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  /** `new`: a full stream refuses, and the producer's outbox waits. `old`: a full stream forgets its oldest. */
  readonly whenFull: 'new' | 'old';
}

/** Every stream of the product. Names have no dots and fewer than 32 characters. */
export const streams = {
  CALL_FACTS: { subjects: ['facts.v1.>'], maxAgeMs: 7 * dayMs, maxBytes: 1024 * mebibyte, whenFull: 'new' },
  CALL_EVENTS: { subjects: ['events.v1.>'], maxAgeMs: 7 * dayMs, maxBytes: 1024 * mebibyte, whenFull: 'new' },
  CONFIG_CHANGES: {
    subjects: ['config-changes.v1.>'],
    maxAgeMs: 7 * dayMs,
    maxBytes: 256 * mebibyte,
    whenFull: 'new',
  },
  // What is here has been given up already; refusing more of it would only keep poison in circulation.
  DEAD_LETTERS: { subjects: ['dead.v1.>'], maxAgeMs: 30 * dayMs, maxBytes: 256 * mebibyte, whenFull: 'old' },
} as const satisfies Record<string, StreamPlan>;

export type StreamName = keyof typeof streams;

export interface EnsureStreamsOptions {
  /** 1 on a single server, 3 in a cluster. */
  readonly replicas?: number;
  /** Replaces every stream's own bound on its size. */
  readonly maxBytes?: number;
}

const streamNotFound = 10_059;
const streamNameInUse = 10_058;
/** Within it, a second publish with the same message id is dropped by the server. */
const duplicateWindowMs = 2 * 60 * 1_000;

/**
 * Makes every stream be as it is declared here: adds what is missing, updates what differs. Any number of processes may
 * run it at once.
 * @throws UNAVAILABLE `STREAMS.UNAVAILABLE` when JetStream does not answer or refuses.
 */
export async function ensureStreams(nats: NatsConnection, options: EnsureStreamsOptions = {}): Promise<void> {
  for (const name of Object.keys(streams) as StreamName[]) {
    try {
      await ensureStream(nats, streamConfig(name, options));
    } catch (error) {
      throw new AppError('unavailable', 'STREAMS.UNAVAILABLE', `Stream ${name} cannot be set up.`, {
        cause: error,
      });
    }
  }
}

async function ensureStream(
  nats: NatsConnection,
  wanted: Partial<StreamConfig> & { name: string },
): Promise<void> {
  const manager = await nats.jetstreamManager();
  let found = await manager.streams.info(wanted.name).catch(unlessNotFound);
  if (!found) {
    try {
      await manager.streams.add(wanted);
      return;
    } catch (error) {
      // Another process added it since; what it added may be of another version.
      if (apiErrorCode(error) !== streamNameInUse) throw error;
      found = await manager.streams.info(wanted.name);
    }
  }
  if (differs(found.config, wanted))
    await manager.streams.update(wanted.name, { ...found.config, ...wanted });
}

function streamConfig(
  name: StreamName,
  options: EnsureStreamsOptions,
): Partial<StreamConfig> & { name: string } {
  const plan = streams[name];
  return {
    name,
    subjects: [...plan.subjects],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: plan.whenFull === 'new' ? DiscardPolicy.New : DiscardPolicy.Old,
    max_age: nanos(plan.maxAgeMs),
    max_bytes: options.maxBytes ?? plan.maxBytes,
    duplicate_window: nanos(duplicateWindowMs),
    num_replicas: options.replicas ?? 1,
  };
}

function differs(found: StreamConfig, wanted: Partial<StreamConfig>): boolean {
  const keys = Object.keys(wanted) as (keyof StreamConfig)[];
  return keys.some((key) => JSON.stringify(found[key]) !== JSON.stringify(wanted[key]));
}

function unlessNotFound(error: unknown): undefined {
  if (apiErrorCode(error) === streamNotFound) return undefined;
  throw error;
}

function apiErrorCode(error: unknown): number | undefined {
  return error instanceof NatsError ? error.api_error?.err_code : undefined;
}
