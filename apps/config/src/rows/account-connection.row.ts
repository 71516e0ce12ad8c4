import type { OpenAiAccountConnection, TwilioAccountConnection } from '@parley/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What of a connection is neither its id nor its pool. Secrets in it are sealed. */
export type ConnectionParams =
  | Omit<TwilioAccountConnection, 'id' | 'user_id' | 'steering_pool'>
  | Omit<OpenAiAccountConnection, 'id' | 'user_id'>;

@Entity('account_connections')
export class AccountConnectionRow {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  type!: ConnectionParams['type'];

  @Column({ type: 'jsonb' })
  params!: ConnectionParams;

  /** E.164, in the order in which they came; empty for an account that is not a carrier's. */
  @Column({ name: 'steering_pool', type: 'text', array: true })
  steeringPool!: string[];

  /** Rises with every change. */
  @Column({ type: 'integer' })
  version!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'updated_at', type: 'timestamptz' })
  updatedAt!: Date;
}
