import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A stored object of a user's whose params are one document. `version` rises with every change. */
abstract class ResourceRow {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'jsonb' })
  params!: Record<string, unknown>;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}

@Entity('actions')
export class ActionRow extends ResourceRow {}

@Entity('voices')
export class VoiceRow extends ResourceRow {}

@Entity('webhooks')
export class WebhookRow extends ResourceRow {}

@Entity('prompts')
export class PromptRow extends ResourceRow {}

export type { ResourceRow };
