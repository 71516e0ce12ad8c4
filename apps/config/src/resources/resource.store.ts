import type { ListRequest } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import { isUniqueViolation, TenantRepository } from '@parley/persistence';
import type { EntityManager, EntityTarget } from 'typeorm';
import { ListOf, listRows, Sortable } from '../lists/list-rows';
import type { ResourceRow } from '../rows/resource.row';
import { mergePatch, Patch } from './merge-patch';

/** A stored object as the contracts have it, what it refers to as ids. */
export type Stored<P> = P & { id: string; user_id: string };
/** Where in the client's request something stood, for the errors that name its fields. */
export type Path = readonly (string | number)[];

export interface ResourceKind<P> {
  readonly row: EntityTarget<ResourceRow>;
  /** As an error names it, e.g. `Vector database`. */
  readonly label: string;
  /** Fields that a list may be sorted by, beside `id` and the times. */
  readonly sortable?: readonly string[];
  /** Throws when what `params` name is not there. Called before they are stored. */
  readonly check?: (manager: EntityManager, userId: string, params: Patch<P>) => Promise<void>;
  /** Called in the transaction that made or changed an object. */
  readonly changed?: (manager: EntityManager, change: Change<P>) => Promise<void>;
}

export interface Change<P> {
  readonly stored: Stored<P>;
  /** 1 for a new object. */
  readonly version: number;
  readonly path: Path;
}

const times = { id: 'id', created_at: 'createdAt', updated_at: 'updatedAt' };

/** One kind of resource whose params are one document. Every method takes the user first: there is no other way in. */
export class ResourceStore<P extends object> {
  private readonly sortable: Sortable;

  constructor(private readonly kind: ResourceKind<P>) {
    const fields = (kind.sortable ?? []).map((field) => [field, field] as const);
    this.sortable = { ...times, ...Object.fromEntries(fields) };
  }

  /** @throws {<LABEL>.EXISTS} when the user has one with this id. */
  async create(manager: EntityManager, userId: string, id: string, params: P): Promise<Stored<P>> {
    await this.createAll(manager, userId, [{ id, params }]);
    return { ...params, id, user_id: userId };
  }

  /** All of them, or none. @throws {<LABEL>.EXISTS} */
  async createAll(
    manager: EntityManager,
    userId: string,
    added: readonly { id: string; params: P }[],
  ): Promise<void> {
    for (const { params } of added) await this.kind.check?.(manager, userId, params);
    const now = new Date();
    const rows = added.map(({ id, params }) => ({
      id,
      params: params as Record<string, unknown>,
      version: 1,
      createdAt: now,
      updatedAt: now,
    }));
    await this.rows(manager)
      .insertMany(userId, rows)
      .catch((cause: unknown) => {
        if (!isUniqueViolation(cause)) throw cause;
        const message = `${this.kind.label} exists already. Please try again.`;
        throw new AppError('conflict', this.code('EXISTS'), message, { cause });
      });
    for (const { id, params } of added) {
      const stored = { ...params, id, user_id: userId };
      await this.kind.changed?.(manager, { stored, version: 1, path: ['body'] });
    }
  }

  /** @throws {<LABEL>.NOT_FOUND} for an unknown id, and for another user's. */
  async get(manager: EntityManager, userId: string, id: string): Promise<Stored<P>> {
    return (await this.getVersion(manager, userId, id)).stored;
  }

  /** @throws {<LABEL>.NOT_FOUND} */
  async getVersion(
    manager: EntityManager,
    userId: string,
    id: string,
  ): Promise<{ stored: Stored<P>; version: number }> {
    const row = await this.rows(manager).find(userId, id);
    if (!row) throw this.notFound(id);
    return { stored: this.toStored(row), version: row.version };
  }

  /** @throws {<LABEL>.NOT_FOUND} unless the user has every one of `ids`. */
  async require(manager: EntityManager, userId: string, ids: readonly string[]): Promise<void> {
    const rows = await this.rows(manager).findMany(userId, ids);
    const known = new Set(rows.map(({ id }) => id));
    const missing = ids.find((id) => !known.has(id.toLowerCase()));
    if (missing !== undefined) throw this.notFound(missing);
  }

  /** @throws {LIST.UNKNOWN_COLUMN} */
  list(manager: EntityManager, request: ListRequest): Promise<ListOf<Stored<P>>> {
    return listRows(this.rows(manager), request, this.sortable, (row) => this.toStored(row));
  }

  /**
   * Writes the fields that `patch` names, over those that are there; of two at once both are kept.
   * @throws {<LABEL>.NOT_FOUND}, {<LABEL>.OTHER_TYPE} naming `type` from `path` inwards.
   */
  async patch(
    manager: EntityManager,
    userId: string,
    id: string,
    patch: Patch<P>,
    path: Path,
  ): Promise<Stored<P>> {
    const row = await this.rows(manager).lock(userId, id);
    if (!row) throw this.notFound(id);
    const present = row.params as P;
    if (typeOf(patch) !== typeOf(present)) throw this.otherType(typeOf(present), path);
    await this.kind.check?.(manager, userId, patch);
    const params = mergePatch(present, patch);
    const version = row.version + 1;
    const changes = { params: params as Record<string, unknown>, version, updatedAt: new Date() };
    await this.rows(manager).update(userId, row.id, changes);
    const stored = { ...params, id: row.id, user_id: userId };
    await this.kind.changed?.(manager, { stored, version, path });
    return stored;
  }

  /** Somebody's change came between what the gateway read and what it sealed a secret to. */
  changedMeanwhile(): AppError {
    const { label } = this.kind;
    const message = `The ${label.toLowerCase()} was changed meanwhile. Please try again.`;
    return new AppError('conflict', this.code('CHANGED'), message);
  }

  private rows(manager: EntityManager): TenantRepository<ResourceRow> {
    return new TenantRepository(manager, this.kind.row);
  }

  private toStored(row: ResourceRow): Stored<P> {
    return { ...(row.params as P), id: row.id, user_id: row.userId };
  }

  private code(problem: string): string {
    return `${this.kind.label.toUpperCase().replaceAll(' ', '_')}.${problem}`;
  }

  private notFound(id: string): AppError {
    return new AppError('not_found', this.code('NOT_FOUND'), `${this.kind.label} not found`, {
      details: { id },
    });
  }

  private otherType(present: unknown, path: Path): AppError {
    const message = `must be ${String(present)}, the type that it was made with`;
    return new AppError('invalid', this.code('OTHER_TYPE'), `type ${message}.`, {
      issues: [{ path: [...path, 'type'], message, type: 'value_error' }],
    });
  }
}

/** Undefined for a kind without types. */
export function typeOf(params: object): unknown {
  return 'type' in params ? params.type : undefined;
}
