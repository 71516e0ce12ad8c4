import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('numbers')
export class NumberRow {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  /** E.164. */
  @Column({ type: 'text' })
  number!: string;

  @Column({ type: 'boolean' })
  active!: boolean;

  @Column({ type: 'text' })
  label!: string;

  @Column({ name: 'inbound_agent_id', type: 'uuid', nullable: true })
  inboundAgentId!: string | null;

  @Column({ name: 'outbound_only', type: 'boolean' })
  outboundOnly!: boolean;

  @Column({ name: 'example_context', type: 'jsonb', nullable: true })
  exampleContext!: Record<string, string> | null;

  @Column({ name: 'telephony_provider', type: 'text' })
  telephonyProvider!: 'vonage' | 'twilio';

  @Column({ name: 'carrier_number_id', type: 'text', nullable: true })
  carrierNumberId!: string | null;

  /** The user's own account that has the number; null for the deployment's. */
  @Column({ name: 'telephony_account_connection_id', type: 'uuid', nullable: true })
  telephonyAccountConnectionId!: string | null;

  @Column({ type: 'text' })
  origin!: 'bought' | 'linked';

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

/** Whose number is it now: one row an active number, so that a number has one owner and an inbound call finds it. */
@Entity('active_numbers')
export class ActiveNumberRow {
  @PrimaryColumn({ type: 'text' })
  number!: string;

  @Column({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @Column({ name: 'number_id', type: 'uuid' })
  numberId!: string;
}
