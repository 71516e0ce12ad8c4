/** What a carrier says of one leg. The last five are final. */
export type CarrierStatus =
  | 'queued'
  | 'initiated'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'failed'
  | 'no-answer'
  | 'canceled';

const ranks: Readonly<Record<CarrierStatus, number>> = {
  queued: 0,
  initiated: 1,
  ringing: 2,
  'in-progress': 3,
  completed: 4,
  busy: 4,
  failed: 4,
  'no-answer': 4,
  canceled: 4,
};

export function isCarrierStatus(text: string): text is CarrierStatus {
  return Object.hasOwn(ranks, text);
}

/** True once nothing more can happen to the leg. */
export function isFinalStatus(status: CarrierStatus): boolean {
  return ranks[status] === ranks.completed;
}

/**
 * Which of two reports of one leg holds. Reports come late, twice and out of order, so the one further along wins, and
 * a final one is never replaced.
 */
export function laterStatus(known: CarrierStatus | null, reported: CarrierStatus): CarrierStatus {
  return known === null || ranks[reported] > ranks[known] ? reported : known;
}
