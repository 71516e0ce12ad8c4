/** One event that a transaction committed and that has yet to be published. */
export interface OutboxMessage {
  /** UUIDv7; becomes the message id, by which the stream drops a second publish. */
  readonly id: string;
  readonly subject: string;
  readonly payload: unknown;
}

/**
 * The right to publish one outbox, held by one process at a time. Every method rejects once the right is lost; nothing
 * that a former leader does can then mark a row.
 */
export interface OutboxLeadership {
  /**
   * Unpublished rows of committed transactions, oldest insertion first. Rows that were written under one row lock
   * (those of one call) come in the order in which they were written.
   */
  next(limit: number): Promise<OutboxMessage[]>;
  markPublished(ids: readonly string[]): Promise<void>;
  /** Deletes published rows older than `olderThanMs`, at most `limit`; gives how many. */
  prune(olderThanMs: number, limit: number): Promise<number>;
  release(): Promise<void>;
}

/** Where an outbox's rows are. Implemented over Postgres by @parley/persistence. */
export interface OutboxStore {
  /** Tries, without waiting, to become the leader; `undefined` when another process is. */
  lead(): Promise<OutboxLeadership | undefined>;
}
