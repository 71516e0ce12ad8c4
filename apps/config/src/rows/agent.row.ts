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

  @Column({ name: 'vector_database_id', type: 'uuid', nullable: true })
  vectorDatabaseId!: string | null;

  @Column({ name: 'openai_account_connection_id', type: 'uuid', nullable: true })
  openAiAccountConnectionId!: string | null;

  /** In the order in which the agent was given them. */
  @Column({ name: 'action_ids', type: 'uuid', array: true })
  actionIds!: string[];

  @Column({ type: 'jsonb' })
  settings!: AgentSettings;

  /** As in the settings: kept by Postgres so that lists can be sorted by it. */
  @Column({ type: 'text', nullable: true, insert: false, update: false, select: false })
  readonly name?: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
