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

/** A field of `params`, which Postgres keeps as a column of its own so that lists can be sorted by it. */
const fieldOfParams = { type: 'text', nullable: true, insert: false, update: false, select: false } as const;

@Entity('actions')
export class ActionRow extends ResourceRow {
  @Column(fieldOfParams)
  readonly type?: string;
}

@Entity('voices')
export class VoiceRow extends ResourceRow {
  @Column(fieldOfParams)
  readonly type?: string;
}

@Entity('webhooks')
export class WebhookRow extends ResourceRow {
  @Column(fieldOfParams)
  readonly url?: string;
}

@Entity('prompts')
export class PromptRow extends ResourceRow {}

@Entity('prompt_templates')
export class PromptTemplateRow extends ResourceRow {
  @Column(fieldOfParams)
  readonly label?: string;
}

@Entity('vector_databases')
export class VectorDatabaseRow extends ResourceRow {
  @Column(fieldOfParams)
  readonly type?: string;
}

export type { ResourceRow };
