import { createHash } from 'node:crypto';
import { Client } from 'pg';

interface Column {
  readonly table: string;
  readonly column: string;
}

/** Reads the system's database as it lies there, past all services. */
export class DatabaseRows {
  private constructor(private readonly client: Client) {}

  static async of(databaseUrl: string): Promise<DatabaseRows> {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    return new DatabaseRows(client);
  }

  /** Every table that is not the server's own, as `"schema"."table"`. */
  async tables(): Promise<string[]> {
    const { rows } = await this.client.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema') order by 1`,
    );
    return rows.map(({ name }) => name);
  }

  /** A digest of all rows of a user, by table, but for those named. Tables without a user's column are left out. */
  async digestsOf(userId: string, leftOut: readonly string[]): Promise<Record<string, string>> {
    const digests: Record<string, string> = {};
    const columns = await this.userColumns();
    for (const { table, column } of columns.filter((each) => !leftOut.includes(each.table))) {
      const { rows } = await this.client.query<{ row: string }>(
        `select t::text as row from ${table} t where ${column}::text = $1 order by 1`,
        [userId],
      );
      if (rows.length > 0)
        digests[table] = `${rows.length} ${createHash('sha256').update(JSON.stringify(rows)).digest('hex')}`;
    }
    return digests;
  }

  /** Calls back with each row of each table as one text; binary columns are in hexadecimal there. */
  async each(visit: (table: string, row: string) => void): Promise<void> {
    for (const table of await this.tables()) {
      const { rows } = await this.client.query<{ row: string }>(`select t::text as row from ${table} t`);
      for (const { row } of rows) visit(table, row);
    }
  }

  close(): Promise<void> {
    return this.client.end();
  }

  private async userColumns(): Promise<Column[]> {
    const { rows } = await this.client.query<Column>(
      `select format('%I.%I', table_schema, table_name) as table, format('%I', column_name) as column
       from information_schema.columns join information_schema.tables using (table_schema, table_name)
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
       and column_name = 'user_id' order by 1`,
    );
    return rows;
  }
}
