import type { AgentDraft, AgentPatch, PhoneNumber } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { EntityManager } from 'typeorm';
import { AgentStore, completeAgent } from '../agents/agent.store';
import { ActiveNumberRow, NumberRow } from '../rows/number.row';

/** Where the agent of a number stands in the client's request. */
const agentPath = ['body', 'inbound_agent'];

export interface NewNumber {
  readonly id: string;
  readonly number: string;
  readonly telephonyProvider: 'vonage' | 'twilio';
  readonly carrierNumberId: string | null;
  readonly inboundAgent: string | { id: string; params: AgentDraft } | null;
}

export interface NumberPatch {
  readonly inbound_agent?: string | { id: string; params: AgentPatch } | null | undefined;
  readonly outbound_only?: boolean | undefined;
  readonly example_context?: Record<string, string> | null | undefined;
  readonly label?: string | undefined;
}

export class NumberStore {
  constructor(private readonly agents: AgentStore) {}

  /** @throws {NUMBER.TAKEN} when somebody has the number already. */
  async create(manager: EntityManager, userId: string, added: NewNumber): Promise<PhoneNumber> {
    const claimed = await manager
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
    const row = manager.create(NumberRow, {
      userId,
      id: added.id,
      number: added.number,
      active: true,
      label: '',
      inboundAgentId: await this.attached(manager, userId, added.inboundAgent),
      outboundOnly: false,
      exampleContext: null,
      telephonyProvider: added.telephonyProvider,
      carrierNumberId: added.carrierNumberId,
      createdAt: new Date(),
    });
    await manager.save(row);
    return this.whole(manager, row);
  }

  /** @throws {NUMBER.NOT_FOUND} when this user has no such active number. */
  async get(manager: EntityManager, userId: string, number: string): Promise<PhoneNumber> {
    return this.whole(manager, await this.row(manager, userId, number, false));
  }

  /** The active number of whichever user has it. @throws {NUMBER.NOT_FOUND} */
  async resolve(manager: EntityManager, number: string): Promise<PhoneNumber> {
    const active = await manager.findOneBy(ActiveNumberRow, { number });
    if (!active) throw notFound();
    return this.get(manager, active.userId, number);
  }

  async patch(
    manager: EntityManager,
    userId: string,
    number: string,
    patch: NumberPatch,
  ): Promise<PhoneNumber> {
    const row = await this.row(manager, userId, number, true);
    if (patch.outbound_only !== undefined) row.outboundOnly = patch.outbound_only;
    if (patch.example_context !== undefined) row.exampleContext = patch.example_context;
    if (patch.label !== undefined) row.label = patch.label;
    if (patch.inbound_agent !== undefined) {
      row.inboundAgentId = await this.reattached(manager, row, patch.inbound_agent);
    }
    await manager.save(row);
    return this.whole(manager, row);
  }

  private async row(
    manager: EntityManager,
    userId: string,
    number: string,
    lock: boolean,
  ): Promise<NumberRow> {
    const row = await manager.findOne(NumberRow, {
      where: { userId, number, active: true },
      ...(lock && { lock: { mode: 'pessimistic_write' } }),
    });
    if (!row) throw notFound();
    return row;
  }

  private async whole(manager: EntityManager, row: NumberRow): Promise<PhoneNumber> {
    return {
      id: row.id,
      user_id: row.userId,
      number: row.number,
      active: row.active,
      label: row.label,
      inbound_agent:
        row.inboundAgentId === null ? null : await this.agents.get(manager, row.userId, row.inboundAgentId),
      outbound_only: row.outboundOnly,
      example_context: row.exampleContext,
      telephony_provider: row.telephonyProvider,
      carrier_number_id: row.carrierNumberId,
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

function notFound(): AppError {
  return new AppError('not_found', 'NUMBER.NOT_FOUND', 'Phone number not found');
}
