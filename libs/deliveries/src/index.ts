export { outcomeOf, parseRetryAfter } from './attempt-result';
export type { AttemptOutcome, AttemptResult } from './attempt-result';
export { deliveryRequest, eventBody } from './delivery-request';
export type { DeliveredEvent, DeliveryRequest, DeliveryTarget } from './delivery-request';
export { nextAttempt, retryScheduleMs } from './schedule';
export type { NextAttempt, RetryRules } from './schedule';
