import type {
  EntityManager,
  EntityTarget,
  FindOptionsOrder,
  FindOptionsWhere,
  ObjectLiteral,
  QueryDeepPartialEntity,
} from 'typeorm';
import { In } from 'typeorm';

/** A row that belongs to a user: its primary key is `(user_id, id)`, its id a UUIDv7. */
export interface TenantRow extends ObjectLiteral {
  userId: string;
  id: string;
}

/** Conditions on a tenant's rows; the tenant itself is never among them, it is every method's first argument. */
export type TenantWhere<Row extends TenantRow> = Omit<FindOptionsWhere<Row>, 'userId'> & { userId?: never };

/** Columns to change; neither part of the primary key can be. */
export type TenantPatch<Row extends TenantRow> = Partial<Omit<Row, 'userId' | 'id'>> & {
  userId?: never;
  id?: never;
};

/** A row to be made; whose it is, is not for it to say. */
export type NewTenantRow<Row extends TenantRow> = Omit<Row, 'userId'> & { userId?: never };

/** A statement that each connection has Postgres parse and plan once, under its name. For those that run often. */
export interface PreparedStatement {
  /** Unique among a service's statements. */
  readonly name: string;
  readonly text: string;
}

export interface TenantListOptions<Row extends TenantRow> {
  readonly where?: TenantWhere<Row> | readonly TenantWhere<Row>[];
  readonly order?: FindOptionsOrder<Row>;
  readonly limit: number;
  readonly offset?: number;
}

/**
 * Reads and writes the rows of one table, always of one user: a call without the user's id does not compile, and no
 * condition can name another user. Works on the given manager: hand in a transaction's to take part in it.
 */
export class TenantRepository<Row extends TenantRow> {
  constructor(
    protected readonly manager: EntityManager,
    private readonly target: EntityTarget<Row>,
  ) {}

  async find(userId: string, id: string): Promise<Row | undefined> {
    const row = await this.manager.findOne(this.target, { where: ownedById<Row>(userId, id) });
    return row ?? undefined;
  }

  /** Those of `ids` that the user has, each once, in no particular order. */
  async findMany(userId: string, ids: readonly string[]): Promise<Row[]> {
    if (ids.length === 0) return [];
    const where = { userId: requireText(userId), id: In(ids.map(requireText)) };
    return this.manager.find(this.target, { where: where as unknown as FindOptionsWhere<Row> });
  }

  async findBy(userId: string, where: TenantWhere<Row>): Promise<Row | undefined> {
    return (await this.manager.findOne(this.target, { where: owned<Row>(userId, where) })) ?? undefined;
  }

  /** The row, locked until the surrounding transaction ends. Rejects outside of one. */
  async lock(userId: string, id: string): Promise<Row | undefined> {
    const where = ownedById<Row>(userId, id);
    const row = await this.manager.findOne(this.target, { where, lock: { mode: 'pessimistic_write' } });
    return row ?? undefined;
  }

  /** At most `limit` rows. `where` as a list means any of them. */
  list(userId: string, options: TenantListOptions<Row>): Promise<Row[]> {
    return this.manager.find(this.target, {
      where: ownedAny<Row>(userId, options.where),
      take: options.limit,
      skip: options.offset ?? 0,
      ...(options.order && { order: options.order }),
    });
  }

  count(userId: string, where?: TenantListOptions<Row>['where']): Promise<number> {
    return this.manager.count(this.target, { where: ownedAny<Row>(userId, where) });
  }

  /** Rejects with Postgres' unique violation when the row exists; see `isUniqueViolation`. */
  insert(userId: string, row: NewTenantRow<Row>): Promise<void> {
    return this.insertMany(userId, [row]);
  }

  /** All or none; rejects as `insert` does. */
  async insertMany(userId: string, rows: readonly NewTenantRow<Row>[]): Promise<void> {
    if (rows.length === 0) return;
    const owner = requireText(userId);
    const all = rows.map((row) => ({ ...row, userId: owner }));
    await this.manager.insert(this.target, all as unknown as QueryDeepPartialEntity<Row>[]);
  }

  /**
   * Reads with a statement that no method above can express. Its `$1` is the user, `values` are `$2` and on; Postgres
   * refuses one without a `$1`, and whoever writes it sees to it that every table in it is bound to that user.
   */
  query<Result>(
    userId: string,
    statement: string | PreparedStatement,
    values: readonly unknown[] = [],
  ): Promise<Result[]> {
    // TypeORM hands to pg whatever it gets here, and pg knows named statements; only TypeORM's types do not.
    return this.manager.query<Result[]>(statement as string, [requireText(userId), ...values]);
  }

  /** True when there was such a row. */
  async update(userId: string, id: string, patch: TenantPatch<Row>): Promise<boolean> {
    const result = await this.manager.update(this.target, ownedById<Row>(userId, id), patch);
    return (result.affected ?? 0) > 0;
  }

  /** True when there was such a row. */
  async delete(userId: string, id: string): Promise<boolean> {
    const result = await this.manager.delete(this.target, ownedById<Row>(userId, id));
    return (result.affected ?? 0) > 0;
  }
}

function owned<Row extends TenantRow>(userId: string, where: TenantWhere<Row>): FindOptionsWhere<Row> {
  return { ...where, userId: requireText(userId) };
}

function ownedById<Row extends TenantRow>(userId: string, id: string): FindOptionsWhere<Row> {
  return { userId: requireText(userId), id: requireText(id) } as unknown as FindOptionsWhere<Row>;
}

function ownedAny<Row extends TenantRow>(
  userId: string,
  where: TenantListOptions<Row>['where'],
): FindOptionsWhere<Row>[] {
  const any = (Array.isArray(where) ? where : [where ?? {}]) as readonly TenantWhere<Row>[];
  return any.map((each) => owned<Row>(userId, each));
}

/** TypeORM leaves a condition on `undefined` out of the query, which would then be everybody's. */
function requireText(id: string): string {
  if (id) return id;
  throw new TypeError('A query on a tenant’s rows needs its ids.');
}
