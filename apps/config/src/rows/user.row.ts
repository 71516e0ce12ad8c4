import type { PlanType } from '@parley/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('users')
export class UserRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'plan_type', type: 'text' })
  planType!: PlanType;

  /** The user's own limit; null where the plan's holds. */
  @Column({ name: 'monthly_usage_limit_minutes', type: 'integer', nullable: true })
  monthlyUsageLimitMinutes!: number | null;
}
