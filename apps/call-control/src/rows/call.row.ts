import type { CallLife, CallStatus } from '@parley/calls';
import type { Agent, CallMetadata } from '@parley/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a call was asked for with, and does not decide its life. */
export interface CallOptions {
  readonly onNoHumanAnswer: 'continue' | 'hangup' | null;
  readonly runDoNotCallDetection: boolean | null;
  readonly hipaaCompliant: boolean;
  readonly context: Record<string, string> | null;
  /** While a call lives that keeps no words: those that it starts from, sealed; agent and context hold none. */
  readonly sealedWords?: string;
  readonly telephonyParams: Record<string, string> | null;
  /** Whether the agent had documents to look things up in; absent when not. */
  readonly hasDocuments?: boolean;
  /** Absent when none was given. */
  readonly metadata?: CallMetadata;
}

@Entity('calls')
export class CallRow {
  @PrimaryColumn({ name: 'user_id', type: 'uuid' })
  userId!: string;

  @PrimaryColumn({ type: 'uuid' })
  id!: string;

  @Column({ type: 'text' })
  direction!: 'inbound' | 'outbound';

  @Column({ name: 'from_number', type: 'text' })
  fromNumber!: string;

  @Column({ name: 'to_number', type: 'text' })
  toNumber!: string;

  /** As it was when the call was made; its secrets are sealed. */
  @Column({ type: 'jsonb' })
  agent!: Agent;

  /** The id in `agent`, for who does not need the rest. */
  @Column({ name: 'agent_id', type: 'uuid' })
  agentId!: string;

  /** The user's own carrier account that the call goes through; null is the deployment's. */
  @Column({ name: 'connection_id', type: 'uuid', nullable: true })
  connectionId!: string | null;

  @Column({ type: 'jsonb' })
  options!: CallOptions;

  @Column({ type: 'text' })
  provider!: 'twilio' | 'vonage';

  /** Follows from `life`; kept for queries. */
  @Column({ type: 'text' })
  status!: CallStatus;

  @Column({ type: 'jsonb' })
  life!: CallLife;

  /** Follows from `life`, as `endedAt` does; kept for queries. */
  @Column({ name: 'started_at', type: 'timestamptz', nullable: true })
  startedAt!: Date | null;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt!: Date | null;

  /** The media process that holds, or last held, the conversation. */
  @Column({ type: 'text', nullable: true })
  instance!: string | null;

  @Column({ name: 'last_sequence', type: 'integer' })
  lastSequence!: number;

  @Column({ name: 'last_position', type: 'integer' })
  lastPosition!: number;

  /** When the settler has to look at the call; null when it never has to. */
  @Column({ name: 'check_at', type: 'timestamptz', nullable: true })
  checkAt!: Date | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

/** The number on our side of the call. */
export function agentNumber(call: Pick<CallRow, 'direction' | 'fromNumber' | 'toNumber'>): string {
  return call.direction === 'outbound' ? call.fromNumber : call.toNumber;
}
