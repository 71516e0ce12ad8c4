import type { PlanType, User } from '@parley/contracts';
import { createUser, getUserPlan, listUsers, updateUser } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import { isUniqueViolation } from '@parley/persistence';
import type { DataSource } from 'typeorm';
import type { z } from 'zod';
import { UserRow } from '../rows/user.row';

/** Minutes of calls a month (UTC) that a plan holds; null is no limit. A user's own limit comes before it. */
const minutesOfPlan: Readonly<Record<PlanType, number | null>> = {
  plan_free: 60,
  plan_developer: 1_000,
  plan_enterprise: null,
  plan_unlimited: null,
};

/** Users. A write is one statement: when the process dies it has either happened or not. */
export class UserStore {
  constructor(private readonly database: DataSource) {}

  /** @throws {USER.EXISTS} */
  async create(request: z.output<typeof createUser.request>): Promise<User> {
    const row: UserRow = {
      id: request.id,
      name: request.name,
      createdAt: new Date(),
      planType: request.plan_type,
      monthlyUsageLimitMinutes: request.monthly_usage_limit_minutes,
    };
    try {
      await this.database.manager.insert(UserRow, row);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new AppError('conflict', 'USER.EXISTS', 'There is a user of this id already.', { cause: error });
    }
    return show(row);
  }

  /** @throws {USER.NOT_FOUND} */
  async get(id: string): Promise<User> {
    return show(await this.find(id));
  }

  async list(request: z.output<typeof listUsers.request>): Promise<{ items: User[]; total: number }> {
    const [rows, total] = await this.database.manager.findAndCount(UserRow, {
      order: { id: 'DESC' },
      skip: request.offset,
      take: request.limit,
    });
    return { items: rows.map(show), total };
  }

  /** @throws {USER.NOT_FOUND} */
  async update({ id, ...patch }: z.output<typeof updateUser.request>): Promise<User> {
    const { name, plan_type: planType, monthly_usage_limit_minutes: minutes } = patch;
    const changes = {
      ...(name !== undefined && { name }),
      ...(planType !== undefined && { planType }),
      ...(minutes !== undefined && { monthlyUsageLimitMinutes: minutes }),
    };
    if (Object.keys(changes).length > 0) await this.database.manager.update(UserRow, { id }, changes);
    return this.get(id);
  }

  /** @throws {USER.NOT_FOUND} */
  async planOf(id: string): Promise<z.input<typeof getUserPlan.response>> {
    const { planType, monthlyUsageLimitMinutes } = await this.find(id);
    return {
      plan_type: planType,
      monthly_usage_limit_minutes: monthlyUsageLimitMinutes ?? minutesOfPlan[planType],
    };
  }

  private async find(id: string): Promise<UserRow> {
    const row = await this.database.manager.findOneBy(UserRow, { id });
    if (row) return row;
    throw userNotFound();
  }
}

export function userNotFound(): AppError {
  return new AppError('not_found', 'USER.NOT_FOUND', 'User not found');
}

function show(row: UserRow): User {
  return {
    id: row.id,
    name: row.name,
    created_at: row.createdAt.getTime(),
    plan_type: row.planType,
    monthly_usage_limit_minutes: row.monthlyUsageLimitMinutes,
  };
}
