import type { Logger } from '@parley/messaging';
import type { DataSource } from 'typeorm';
import { ensurePartitions } from './partitions';

const dayMs = 24 * 3_600_000;
const monthsAhead = 2;

/** Makes the coming months' partitions of a service's tables, at its start and once a day. */
export class PartitionKeeper {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: DataSource,
    private readonly tables: readonly string[],
    private readonly logger: Logger,
  ) {}

  /** Resolves when this month's and the next two months' are there. */
  async start(): Promise<void> {
    await this.keep();
    this.timer = setInterval(() => (this.running = this.keepOrLog()), dayMs);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async keep(): Promise<void> {
    for (const table of this.tables) await ensurePartitions(this.database.manager, table, monthsAhead);
  }

  /** Two months are in hand: a failure is told, and mended tomorrow. */
  private async keepOrLog(): Promise<void> {
    await this.keep().catch((error: unknown) => {
      this.logger.error({ err: error }, 'partitions could not be made');
    });
  }
}
