import { AppError } from '@parley/kernel';
import { isUniqueViolation } from '@parley/persistence';
import type { EntityManager, EntityTarget } from 'typeorm';
import { In } from 'typeorm';
import type { ResourceRow } from '../rows/resource.row';

/** A stored object as the contracts have it. */
export type Stored<P> = P & { id: string; user_id: string };

/** One kind of resource whose params are one document. Every method takes the user first: there is no other way in. */
export class ResourceStore<P extends object> {
  constructor(
    private readonly row: EntityTarget<ResourceRow>,
    /** As an error names it, e.g. `Voice`. */
    private readonly label: string,
    /** Called in the transaction that made or changed an object. */
    private readonly changed: (
      manager: EntityManager,
      stored: Stored<P>,
      version: number,
    ) => Promise<void> = () => Promise.resolve(),
  ) {}

  /** @throws {<LABEL>.EXISTS} when the user has one with this id. */
  async create(manager: EntityManager, userId: string, id: string, params: P): Promise<Stored<P>> {
    const now = new Date();
    // TypeORM's insert type cannot express a document of unknown shape.
    const document = params as unknown as Record<string, never>;
    const row = { userId, id, params: document, version: 1, createdAt: now, updatedAt: now };
    await manager.insert(this.row, row).catch((cause: unknown) => {
      if (!isUniqueViolation(cause)) throw cause;
      const code = `${this.label.toUpperCase()}.EXISTS`;
      throw new AppError('conflict', code, `${this.label} exists already. Please try again.`, { cause });
    });
    const stored = { ...params, id, user_id: userId };
    await this.changed(manager, stored, 1);
    return stored;
  }

  /** @throws {<LABEL>.NOT_FOUND} for an unknown id, and for another user's. */
  async get(manager: EntityManager, userId: string, id: string): Promise<Stored<P>> {
    return (await this.getVersion(manager, userId, id)).stored;
  }

  async getVersion(
    manager: EntityManager,
    userId: string,
    id: string,
  ): Promise<{ stored: Stored<P>; version: number }> {
    const row = await manager.findOneBy(this.row, { userId, id });
    if (!row) throw this.notFound(id);
    return { stored: this.toStored(row), version: row.version };
  }

  /** In the order of `ids`. @throws {<LABEL>.NOT_FOUND} when one of them is unknown. */
  async getAll(manager: EntityManager, userId: string, ids: readonly string[]): Promise<Stored<P>[]> {
    if (ids.length === 0) return [];
    const rows = await manager.findBy(this.row, { userId, id: In([...ids]) });
    const byId = new Map(rows.map((row) => [row.id, this.toStored(row)]));
    return ids.map((id) => {
      const stored = byId.get(id.toLowerCase());
      if (!stored) throw this.notFound(id);
      return stored;
    });
  }

  /** Writes the fields that `patch` names, over those that are there. */
  async patch(manager: EntityManager, userId: string, id: string, patch: Partial<P>): Promise<Stored<P>> {
    const row = await manager.findOne(this.row, {
      where: { userId, id },
      lock: { mode: 'pessimistic_write' },
    });
    if (!row) throw this.notFound(id);
    row.params = { ...row.params, ...patch };
    row.version += 1;
    row.updatedAt = new Date();
    await manager.save(row);
    const stored = this.toStored(row);
    await this.changed(manager, stored, row.version);
    return stored;
  }

  private toStored(row: ResourceRow): Stored<P> {
    return { ...(row.params as P), id: row.id, user_id: row.userId };
  }

  private notFound(id: string): AppError {
    return new AppError('not_found', `${this.label.toUpperCase()}.NOT_FOUND`, `${this.label} not found`, {
      details: { id },
    });
  }
}
