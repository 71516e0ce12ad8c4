import type { CarrierStatus } from '@parley/calls';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One connection of the carrier's within a call. A call has one of each role at most. */
@Entity('legs')
export class LegRow {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ name: 'call_id', type: 'uuid' })
  callId!: string;

  @Column({ type: 'text' })
  role!: 'caller' | 'transfer';

  /** The other end, in E.164. */
  @Column({ type: 'text' })
  number!: string;

  /** Whether the carrier is known to have been asked: until then, and when its answer was lost, `pending` or `unknown`. */
  @Column({ type: 'text' })
  dial!: 'pending' | 'unknown' | 'settled';

  @Column({ name: 'carrier_sid', type: 'text', nullable: true })
  carrierSid!: string | null;

  @Column({ name: 'carrier_status', type: 'text', nullable: true })
  carrierStatus!: CarrierStatus | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
