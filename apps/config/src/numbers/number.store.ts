import type {
  AgentDraft,
  AgentPatch,
  ListRequest,
  NormalizedPhoneNumber,
  PhoneNumber,
} from '@parley/contracts';
import { AppError } from '@parley/kernel';
import { TenantRepository } from '@parley/persistence';
import type { EntityManager } from 'typeorm';
import { completeAgent } from '../agents/agent-parts';
import { AgentStore } from '../agents/agent.store';
import { ConnectionStore } from '../connections/connection.store';
import { ListOf, listRows } from '../lists/list-rows';
import { ActiveNumberRow, NumberRow } from '../rows/number.row';

const sortable = { id: 'id', created_at: 'createdAt', number: 'number', label: 'label', active: 'active' };

/** Where the agent of a number stands in the client's request. */
const agentPath = ['body', 'inbound_agent'];

export interface NewNumber {
  readonly id: string;
  readonly number: string;
  readonly telephonyProvider: 'vonage' | 'twilio';
  readonly carrierNumberId: string | null;
  readonly connectionId: string | null;
  readonly origin: 'bought' | 'linked';
  readonly outboundOnly: boolean;
  readonly inboundAgent: string | { id: string; params: AgentDraft } | null;
}

export interface NumberPatch {
  readonly inbound_agent?: string | { id: string; params: AgentPatch } | null | undefined;
  readonly outbound_only?: boolean | undefined;
  readonly example_context?: Record<string, string> | null | undefined;
  readonly label?: string | undefined;
}

export class NumberStore {
  constructor(
    private readonly agents: AgentStore,
    private readonly connections: ConnectionStore,
  ) {}

  /** @throws {NUMBER.TAKEN} when somebody has the number already. */
  async create(manager: EntityManager, userId: string, added: NewNumber): Promise<PhoneNumber> {
    const claimed = await manager
      // eslint-disable-next-line parley/tenant-queries -- whoever claims a number first has it; the claim names its user
      .createQueryBuilder()
      .insert()
      .into(ActiveNumberRow)
      .values({ number: added.number, userId, numberId: added.id })
      .orIgnore()
      .returning('number')
      .execute();
    if ((claimed.raw as unknown[]).length === 0) {
      throw new AppError('conflict', 'NUMBER.TAKEN', 'This number is in use already.');
    }
    if (added.connectionId !== null) await this.connections.getTwilio(manager, userId, added.connectionId);
    const row = {
      id: added.id,
      number: added.number,
      active: true,
      label: '',
      inboundAgentId: await this.attached(manager, userId, added.inboundAgent),
      outboundOnly: added.outboundOnly,
      exampleContext: null,
      telephonyProvider: added.telephonyProvider,
      carrierNumberId: added.carrierNumberId,
      telephonyAccountConnectionId: added.connectionId,
      origin: added.origin,
      createdAt: new Date(),
    };
    await rows(manager).insert(userId, row);
    return this.whole(manager, { ...row, userId });
  }

  /**
   * The active number, or else the one that was given up last: whoever looks up an old call's number finds it.
   * @throws {NUMBER.NOT_FOUND} when this user never had such a number.
   */
  async get(manager: EntityManager, userId: string, number: string): Promise<PhoneNumber> {
    const order = { active: 'DESC', id: 'DESC' } as const;
    const [row] = await rows(manager).list(userId, { where: { number }, order, limit: 1 });
    if (!row) throw notFound();
    return this.whole(manager, row);
  }

  /** Given up ones too. @throws {LIST.UNKNOWN_COLUMN} */
  list(manager: EntityManager, request: ListRequest): Promise<ListOf<NormalizedPhoneNumber>> {
    return listRows(rows(manager), request, sortable, normalized);
  }

  /** The active number of whichever user has it. @throws {NUMBER.NOT_FOUND} */
  async resolve(manager: EntityManager, number: string): Promise<PhoneNumber> {
    const active = await manager.findOneBy(ActiveNumberRow, { number });
    if (!active) throw notFound();
    return this.get(manager, active.userId, number);
  }

  /** @throws {NUMBER.NOT_FOUND} when this user has no such active number. */
  async patch(
    manager: EntityManager,
    userId: string,
    number: string,
    patch: NumberPatch,
  ): Promise<PhoneNumber> {
    const row = await this.lockedActive(manager, userId, number);
    if (patch.outbound_only !== undefined) row.outboundOnly = patch.outbound_only;
    if (patch.example_context !== undefined) row.exampleContext = patch.example_context;
    if (patch.label !== undefined) row.label = patch.label;
    if (patch.inbound_agent !== undefined) {
      row.inboundAgentId = await this.reattached(manager, row, patch.inbound_agent);
    }
    const { outboundOnly, exampleContext, label, inboundAgentId } = row;
    await rows(manager).update(userId, row.id, { outboundOnly, exampleContext, label, inboundAgentId });
    return this.whole(manager, row);
  }

  /** Gives the number up: the next one to have it may be somebody else. One that is given up stays so. */
  async deactivate(manager: EntityManager, userId: string, id: string): Promise<PhoneNumber> {
    const row = await rows(manager).lock(userId, id);
    if (!row) throw notFound();
    if (row.active) {
      await rows(manager).update(userId, id, { active: false });
      await manager.delete(ActiveNumberRow, { number: row.number, userId, numberId: id });
      const connectionId = row.telephonyAccountConnectionId;
      // A linked number stays with its account, and so may stay in its pool.
      if (connectionId !== null && row.origin === 'bought') {
        await this.connections.forget(manager, userId, connectionId, row.number);
      }
    }
    row.active = false;
    return this.whole(manager, row);
  }

  private async lockedActive(manager: EntityManager, userId: string, number: string): Promise<NumberRow> {
    const present = await rows(manager).findBy(userId, { number, active: true });
    const row = present && (await rows(manager).lock(userId, present.id));
    if (!row?.active) throw notFound();
    return row;
  }

  private async whole(manager: EntityManager, row: NumberRow): Promise<PhoneNumber> {
    const { userId, inboundAgentId, telephonyAccountConnectionId: connectionId } = row;
    return {
      ...ownFields(row),
      inbound_agent: inboundAgentId === null ? null : await this.agents.get(manager, userId, inboundAgentId),
      carrier_number_id: row.carrierNumberId,
      telephony_account_connection:
        connectionId === null
          ? null
          : (await this.connections.getTwilio(manager, userId, connectionId)).connection,
      origin: row.origin,
    };
  }

  private async attached(
    manager: EntityManager,
    userId: string,
    agent: NewNumber['inboundAgent'],
  ): Promise<string | null> {
    if (agent === null) return null;
    if (typeof agent === 'string') return (await this.agents.get(manager, userId, agent)).id;
    return (await this.agents.create(manager, userId, agent.id, agent.params, agentPath)).id;
  }

  private async reattached(
    manager: EntityManager,
    row: NumberRow,
    agent: string | { id: string; params: AgentPatch } | null,
  ): Promise<string | null> {
    if (agent === null || typeof agent === 'string') return this.attached(manager, row.userId, agent);
    if (row.inboundAgentId === null) {
      return this.attached(manager, row.userId, {
        id: agent.id,
        params: completeAgent(agent.params, agentPath),
      });
    }
    return (await this.agents.patch(manager, row.userId, row.inboundAgentId, agent.params, agentPath)).id;
  }
}

function rows(manager: EntityManager): TenantRepository<NumberRow> {
  return new TenantRepository(manager, NumberRow);
}

function ownFields(row: NumberRow) {
  return {
    id: row.id,
    user_id: row.userId,
    number: row.number,
    active: row.active,
    label: row.label,
    outbound_only: row.outboundOnly,
    example_context: row.exampleContext,
    telephony_provider: row.telephonyProvider,
  };
}

function normalized(row: NumberRow): NormalizedPhoneNumber {
  return {
    ...ownFields(row),
    inbound_agent: row.inboundAgentId,
    telephony_account_connection: row.telephonyAccountConnectionId,
  };
}

function notFound(): AppError {
  return new AppError('not_found', 'NUMBER.NOT_FOUND', 'Phone number not found');
}
