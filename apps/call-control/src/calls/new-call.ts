import { checkDueAtMs, newCallLife, callStatus, CallTimings } from '@parley/calls';
import type { Agent } from '@parley/contracts';
import { newId } from '@parley/kernel';
import { TenantRepository } from '@parley/persistence';
import type { EntityManager } from 'typeorm';
import { CallOptions, CallRow } from '../rows/call.row';
import { legs } from './call-changes';

export interface NewCall {
  readonly userId: string;
  readonly callId: string;
  readonly direction: 'inbound' | 'outbound';
  readonly fromNumber: string;
  readonly toNumber: string;
  readonly agent: Agent;
  /** Null for the deployment's own carrier account. */
  readonly connectionId: string | null;
  readonly options: CallOptions;
  readonly provider: 'twilio' | 'vonage';
}

/** Stores a call with the caller's leg, in the given transaction. Nobody was dialled yet. */
export async function insertCall(
  manager: EntityManager,
  call: NewCall,
  rules: CallTimings,
  now: Date,
): Promise<void> {
  const { userId, callId, ...asked } = call;
  const life = newCallLife(call.direction, now.getTime());
  await manager.query('INSERT INTO call_owners (call_id, user_id) VALUES ($1, $2)', [callId, userId]);
  await new TenantRepository(manager, CallRow).insert(userId, {
    ...asked,
    id: callId,
    agentId: call.agent.id,
    startedAt: null,
    endedAt: null,
    life,
    status: callStatus(life),
    instance: null,
    lastSequence: 0,
    lastPosition: 0,
    checkAt: new Date(checkDueAtMs(life, rules)),
    createdAt: now,
  });
  await legs(manager).insert(userId, {
    id: newId(),
    callId,
    role: 'caller',
    number: call.direction === 'outbound' ? call.toNumber : call.fromNumber,
    dial: 'pending',
    carrierSid: null,
    carrierStatus: null,
    createdAt: now,
  });
}
