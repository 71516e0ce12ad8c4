import type { SecretBox } from '@parley/secrets';
import type { DataSource } from 'typeorm';
import { SealedColumnSweep } from './sealed-columns';
import type { LeftSecret, SealedColumn, SweepReport } from './sealed-columns';

export interface ResealOptions {
  /** As the lines name it, e.g. `config`. */
  readonly service: string;
  /** Initialised. */
  readonly database: DataSource;
  readonly columns: readonly SealedColumn[];
  readonly secrets: SecretBox;
  /** Only counts what is still under an old key. */
  readonly check: boolean;
  /** Progress, and what could not be opened; one line each, without its end. */
  readonly note: (line: string) => void;
  /** 500 by default. */
  readonly batchRows?: number;
}

export interface ResealResult {
  /** All that an operator has to know, in one line. */
  readonly summary: string;
  /** True when every secret is under the current key. */
  readonly isClean: boolean;
}

const passesAtMost = 5;
const progressEveryMs = 2_000;
const namedAtMost = 20;

/**
 * Puts the secrets of these columns under the current key, while the system serves. Goes through them again until a
 * pass finds nothing to do, since what a service read before a row was resealed may be stored behind the first pass.
 */
export async function reseal(options: ResealOptions): Promise<ResealResult> {
  let resealed = 0;
  for (let pass = 1; ; pass += 1) {
    const tally = await onePass(options);
    resealed += tally.resealedCount;
    if (tally.resealedCount > 0 && pass < passesAtMost) continue;
    tally.nameThoseLeft(options.note);
    return { summary: summaryOf(options, tally, resealed), isClean: tally.leftCount === 0 };
  }
}

async function onePass(options: ResealOptions): Promise<Tally> {
  const { service, database, secrets, check, note, batchRows } = options;
  const tally = new Tally();
  const progress = setInterval(() => note(`${service}: ${tally.progress()}`), progressEveryMs);
  try {
    for (const place of options.columns) {
      const sweep = { secrets, check, report: tally, ...(batchRows && { batchRows }) };
      await new SealedColumnSweep(database, place, sweep).run();
    }
  } finally {
    clearInterval(progress);
  }
  return tally;
}

/** What one pass found. */
class Tally implements SweepReport {
  resealedCount = 0;
  currentCount = 0;
  leftCount = 0;
  unopenedCount = 0;
  strayCount = 0;
  readonly leftByKey = new Map<string, number>();
  private rowCount = 0;
  private table = '';
  private readonly named: LeftSecret[] = [];

  rows(table: string, count: number): void {
    this.table = table;
    this.rowCount += count;
  }

  current(count: number): void {
    this.currentCount += count;
  }

  resealed(count: number): void {
    this.resealedCount += count;
  }

  left(secret: LeftSecret): void {
    this.leftCount += 1;
    this.leftByKey.set(secret.keyName, (this.leftByKey.get(secret.keyName) ?? 0) + 1);
    if (secret.problem === null) return;
    this.unopenedCount += 1;
    if (this.named.length < namedAtMost) this.named.push(secret);
  }

  strays(count: number): void {
    this.strayCount += count;
  }

  get seenCount(): number {
    return this.currentCount + this.resealedCount + this.leftCount;
  }

  progress(): string {
    return `${this.rowCount} rows (now ${this.table || 'starting'}), ${this.resealedCount} resealed`;
  }

  nameThoseLeft(note: (line: string) => void): void {
    for (const { table, key, path, keyName, problem } of this.named) {
      note(`${table} ${Object.values(key).join(' ')}: ${path.join('.')}, key ${keyName}, ${problem ?? ''}`);
    }
    const more = this.unopenedCount - this.named.length;
    if (more > 0) note(`and ${more} more that could not be opened`);
  }
}

function summaryOf({ service, check }: ResealOptions, tally: Tally, resealed: number): string {
  const byKey = [...tally.leftByKey].map(([name, count]) => `${name} ${count}`).join(', ');
  return [
    `${service}: ${tally.seenCount} secrets seen`,
    ...(check ? [] : [`${resealed} resealed`]),
    `${tally.leftCount} still under an old key${byKey && ` (${byKey})`}`,
    `${tally.unopenedCount} could not be opened`,
    ...(tally.strayCount > 0
      ? [`${tally.strayCount} texts in clients' own fields look sealed and are not ours`]
      : []),
  ].join(', ');
}
