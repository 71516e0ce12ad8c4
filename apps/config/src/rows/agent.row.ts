import type { AgentSettings } from '@parley/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('agents')
export class AgentRow {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'prompt_id', type: 'uuid' })
  promptId!: string;

  @Column({ name: 'voice_id', type: 'uuid' })
  voiceId!: string;

  @Column({ name: 'webhook_id', type: 'uuid', nullable: true })
  webhookId!: string | null;

  /** In the order in which the agent was given them. */
  @Column({ name: 'action_ids', type: 'uuid', array: true })
  actionIds!: string[];

  @Column({ type: 'jsonb' })
  settings!: AgentSettings;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
