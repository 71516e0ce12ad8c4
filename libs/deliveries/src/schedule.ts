import type { AttemptOutcome } from './attempt-result';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/**
 * The wait before each attempt, counted from the end of the one before it: ten attempts over about 75 hours.
 * @see Standard Webhooks 1.0.0, "Retry schedule"
 */
export const retryScheduleMs: readonly number[] = [
  0,
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];

/** Each wait is up to this much longer or shorter, so that the deliveries of one outage do not return as one wave. */
const jitter = 0.2;
const throttledWaitMs = minute;

export interface RetryRules {
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** What the receiver asked for; honoured between the scheduled wait and twice that. */
  readonly retryAfterMs?: number | undefined;
  /** Multiplies every wait; 1 by default. Below 1 to rehearse three days in seconds. */
  readonly scale?: number;
}

/** What follows an attempt. */
export type NextAttempt =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly delayMs: number }
  /** Nothing more is tried. */
  | { readonly kind: 'exhausted' };

/**
 * What follows attempt number `attempt` (from 1) of a delivery. A throttled one waits at least a minute; one that
 * is gone is not tried again.
 */
export function nextAttempt(attempt: number, outcome: AttemptOutcome, rules: RetryRules): NextAttempt {
  if (outcome === 'succeeded') return { kind: 'delivered' };
  const baseMs = retryScheduleMs[attempt];
  if (outcome === 'gone' || baseMs === undefined) return { kind: 'exhausted' };
  const scheduledMs = baseMs * (1 - jitter + 2 * jitter * rules.random());
  const askedMs = Math.min(rules.retryAfterMs ?? 0, 2 * baseMs);
  const leastMs = outcome === 'throttled' ? throttledWaitMs : 0;
  return { kind: 'retry', delayMs: Math.round(Math.max(scheduledMs, askedMs, leastMs) * (rules.scale ?? 1)) };
}
