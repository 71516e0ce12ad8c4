import type { KeyProfile, KeyScope } from '@parley/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key leads to its user, so it is looked up by its own id alone. Only its hash is stored. */
@Entity('api_keys')
export class ApiKeyRow {
  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  hash!: string;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt!: Date | null;

  @Column({ type: 'text', array: true })
  scopes!: KeyScope[];

  @Column({ type: 'text' })
  profile!: KeyProfile;

  /** The key's own limit; null where the deployment's holds. */
  @Column({ name: 'requests_per_minute', type: 'integer', nullable: true })
  requestsPerMinute!: number | null;

  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Column({ name: 'last_used_at', type: 'timestamptz', nullable: true })
  lastUsedAt!: Date | null;
}
