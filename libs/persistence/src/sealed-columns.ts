import { resealDocument, sealedPrefix } from '@parley/secrets';
import type { DocumentSecrets, SecretBox, StaleSecret } from '@parley/secrets';
import type { DataSource } from 'typeorm';

/** A `jsonb` column whose documents hold sealed secrets. `user_id` and `id` in the key are the documents' owner. */
export interface SealedColumn {
  readonly table: string;
  readonly column: string;
  /** The primary key's columns in order, with their types. */
  readonly key: Readonly<Record<string, 'uuid' | 'text'>>;
}

/** A secret that stays as it is, and where. */
export interface LeftSecret {
  readonly table: string;
  readonly key: Readonly<Record<string, string>>;
  readonly path: readonly string[];
  readonly keyName: string;
  /** Null when it opens and only stays because nothing was to be written. */
  readonly problem: string | null;
}

export interface SweepReport {
  /** After each batch: rows looked at since the last one. */
  rows(table: string, count: number): void;
  /** A row's secrets under the current key, now or before. */
  current(count: number): void;
  resealed(count: number): void;
  left(secret: LeftSecret): void;
  /** Texts that look sealed where no secret belongs. */
  strays(count: number): void;
}

export interface SweepOptions {
  readonly secrets: SecretBox;
  readonly report: SweepReport;
  /** Only looks. */
  readonly check: boolean;
  /** 500 by default. */
  readonly batchRows?: number;
}

interface Row {
  readonly key: Record<string, string>;
  /** Null when nothing in it can be sealed. */
  readonly document: unknown;
}

const writersAtOnce = 8;
const triesPerRow = 10;

/**
 * Goes once through a column, in the order of its key, and puts every secret that opens under the current key. Each
 * row is a statement of its own that replaces a text only where it still is the text that was read: writers are never
 * overwritten, wait for one statement at most, and no two rows are ever locked together. Killed anywhere, the rows
 * written so far stay written and the next run finds the rest.
 */
export class SealedColumnSweep {
  private readonly names: readonly string[];
  private readonly keyList: string;

  constructor(
    private readonly database: DataSource,
    private readonly place: SealedColumn,
    private readonly options: SweepOptions,
  ) {
    this.names = Object.keys(place.key);
    this.keyList = this.names.join(', ');
  }

  async run(): Promise<void> {
    let after: Row['key'] | undefined;
    for (;;) {
      const rows = await this.next(after);
      const last = rows.at(-1);
      if (!last) return;
      const queue = rows.filter(({ document }) => document !== null);
      const writer = async () => {
        for (let row = queue.pop(); row; row = queue.pop()) await this.take(row);
      };
      await Promise.all(Array.from({ length: writersAtOnce }, writer));
      this.options.report.rows(this.place.table, rows.length);
      after = last.key;
    }
  }

  private async next(after: Row['key'] | undefined): Promise<Row[]> {
    const { key, table } = this.place;
    const places = Object.values(key).map((type, index) => `$${index + 3}::${type}`);
    return await this.select(
      `SELECT ${this.columns()} FROM ${table} ${after ? `WHERE (${this.keyList}) > (${places.join(', ')})` : ''}
       ORDER BY ${this.keyList} LIMIT $2`,
      [this.options.batchRows ?? 500, ...(after ? this.values(after) : [])],
    );
  }

  private async reread(key: Row['key']): Promise<Row | undefined> {
    const rows = await this.select(
      `SELECT ${this.columns()} FROM ${this.place.table} WHERE ${this.isRow(2)}`,
      this.values(key),
    );
    return rows[0];
  }

  /** Most documents hold no secret: these are left out by the database, which compares faster than we parse. */
  private columns(): string {
    const { column } = this.place;
    const document = `CASE WHEN ${column}::text LIKE $1 THEN ${column} END AS document`;
    return `${this.names.map((name) => `${name}::text AS "${name}"`).join(', ')}, ${document}`;
  }

  private async select(sql: string, values: readonly unknown[]): Promise<Row[]> {
    const rows = await this.database.query<(Record<string, string> & { document: unknown })[]>(sql, [
      `%"${sealedPrefix}%`,
      ...values,
    ]);
    return rows.map(({ document, ...key }) => ({ key, document }));
  }

  private async take(row: Row): Promise<void> {
    let now: Row | undefined = row;
    for (let tries = 1; now; tries += 1) {
      const owner = { userId: now.key['user_id'], id: now.key['id'] };
      const found = resealDocument(now.document, owner, this.options.secrets);
      const isDone = this.options.check || (await this.write(now.key, found.stale));
      if (isDone || tries === triesPerRow) {
        this.tell(now.key, found, isDone);
        return;
      }
      now = await this.reread(row.key);
    }
  }

  /** False when the row is no longer as it was read, and nothing was written. */
  private async write(key: Row['key'], stale: readonly StaleSecret[]): Promise<boolean> {
    const { table, column } = this.place;
    const changes = stale.filter(({ resealed }) => resealed !== null);
    if (changes.length === 0) return true;
    const first = this.names.length + 1;
    const at = changes.map((_, index) => first + index * 3);
    const written = at.reduce(
      (sql, n) => `jsonb_set(${sql}, $${n}::text[], to_jsonb($${n + 1}::text))`,
      column,
    );
    const isAsRead = at.map((n) => `${column} #>> $${n}::text[] = $${n + 2}`).join(' AND ');
    const [, count] = await this.database.query<[unknown, number]>(
      `UPDATE ${table} SET ${column} = ${written} WHERE ${this.isRow(1)} AND ${isAsRead}`,
      [...this.values(key), ...changes.flatMap(({ path, resealed, sealed }) => [path, resealed, sealed])],
    );
    return count > 0;
  }

  private tell(key: Row['key'], found: DocumentSecrets, isDone: boolean): void {
    const { report, check } = this.options;
    const { table } = this.place;
    report.current(found.current);
    for (const { path, keyName, problem } of found.stale) {
      if (problem === null && isDone && !check) report.resealed(1);
      else report.left({ table, key, path, keyName, problem });
    }
    report.strays(found.strays.length);
  }

  private values(key: Row['key']): string[] {
    return this.names.map((name) => key[name] ?? '');
  }

  private isRow(first: number): string {
    return Object.entries(this.place.key)
      .map(([name, type], index) => `${name} = $${first + index}::${type}`)
      .join(' AND ');
  }
}
