import type {
  ActionDraft,
  Agent,
  AgentDraft,
  AgentPatch,
  ListRequest,
  NormalizedAgent,
} from '@parley/contracts';
import {
  agentSettings,
  defaultVoiceParams,
  holdsSecret,
  parseOrThrow,
  promptParams,
  vectorDatabaseDraft,
  voiceDraft,
  webhookParams,
} from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { TenantRepository } from '@parley/persistence';
import type { EntityManager } from 'typeorm';
import type { z } from 'zod';
import { connectionNotFound } from '../connections/connection.store';
import { ListOf, listRows } from '../lists/list-rows';
import { definedFields, Patch } from '../resources/merge-patch';
import { Path, ResourceStore, typeOf } from '../resources/resource.store';
import type { ResourceStores } from '../resources/stores';
import { AccountConnectionRow } from '../rows/account-connection.row';
import { AgentRow } from '../rows/agent.row';
import { completeActions, Ref } from './agent-parts';
import { agentStatement, toAgent, WholeAgentRow } from './agent-query';
import { maxAgentBytes, tooLarge } from './agent-size';

/** One part of an agent: where it is kept, what a new one needs, and which the agent has now. */
interface Part<P extends object> {
  readonly store: ResourceStore<P>;
  readonly whole: z.ZodType<P>;
  readonly presentId: string | null;
  readonly path: Path;
}

const sortable = { id: 'id', created_at: 'createdAt', updated_at: 'updatedAt', name: 'name' };

/** Agents and what they are made of. Whatever one call changes, it changes in the caller's transaction. */
export class AgentStore {
  constructor(private readonly stores: ResourceStores) {}

  /**
   * @throws {<PART>.NOT_FOUND} for a part that the user does not have.
   * @throws {AGENT.TOO_LARGE}, {AGENT.NOT_OPENAI} naming `path`, or what is in it.
   */
  async create(
    manager: EntityManager,
    userId: string,
    id: string,
    draft: AgentDraft,
    path: Path = ['body'],
  ): Promise<Agent> {
    const { prompts, voices, webhooks, vectorDatabases } = this.stores;
    const { prompt, voice, actions, webhook, vector_database: database, ...rest } = draft;
    const { openai_account_connection: connectionId, ...settings } = rest;
    const now = new Date();
    await agents(manager).insert(userId, {
      id,
      promptId: await linked(manager, userId, prompts, prompt),
      voiceId: await linked(manager, userId, voices, voice ?? { id: newId(), params: defaultVoiceParams }),
      webhookId: webhook && (await linked(manager, userId, webhooks, webhook)),
      vectorDatabaseId: database && (await linked(manager, userId, vectorDatabases, database)),
      openAiAccountConnectionId: connectionId && (await openAi(manager, userId, connectionId, path)),
      actionIds: await this.linkedActions(manager, userId, actions),
      settings: agentSettings.parse(settings),
      createdAt: now,
      updatedAt: now,
    });
    return this.getFitting(manager, userId, id, path);
  }

  /** @throws {AGENT.NOT_FOUND} for an unknown id, and for another user's. */
  async get(manager: EntityManager, userId: string, id: string): Promise<Agent> {
    const [row] = await agents(manager).query<WholeAgentRow>(userId, agentStatement, [id]);
    if (!row) throw notFound(id);
    return toAgent(userId, row);
  }

  /** @throws {LIST.UNKNOWN_COLUMN} */
  list(manager: EntityManager, request: ListRequest): Promise<ListOf<NormalizedAgent>> {
    return listRows(agents(manager), request, sortable, normalized);
  }

  /**
   * Changes what `patch` names. An inline sub-object patches the present one in place when its type fits; else it
   * has to be whole, and replaces it. The list of actions is replaced as a whole.
   * @throws {<PART>.NOT_FOUND} for a part that the user does not have.
   * @throws {<PART>.CHANGED} when a secret in `patch` was sealed to another part than the one that it now meets.
   * @throws {AGENT.TOO_LARGE}, {AGENT.NOT_OPENAI}, {REQUEST.INVALID} naming fields from `path` inwards.
   */
  async patch(
    manager: EntityManager,
    userId: string,
    id: string,
    patch: AgentPatch,
    path: Path,
  ): Promise<Agent> {
    const row = await agents(manager).lock(userId, id);
    if (!row) throw notFound(id);
    const { prompt, voice, actions, webhook, vector_database: database, ...rest } = patch;
    const { openai_account_connection: connectionId, ...settings } = rest;
    const parts = this.partsOf(row, path);
    // Always in this order, so that two changes of agents with the same parts cannot wait for each other.
    const changes = definedFields<Omit<AgentRow, 'userId' | 'id'>>({
      promptId: prompt && (await relinked(manager, userId, parts.prompt, prompt)),
      voiceId: voice && (await relinked(manager, userId, parts.voice, voice)),
      webhookId: webhook && (await relinked(manager, userId, parts.webhook, webhook)),
      vectorDatabaseId: database && (await relinked(manager, userId, parts.vectorDatabase, database)),
      openAiAccountConnectionId: connectionId && (await openAi(manager, userId, connectionId, path)),
      actionIds: actions && (await this.linkedActions(manager, userId, completeActions(actions, path))),
      settings: { ...row.settings, ...definedFields(settings) },
      updatedAt: new Date(),
    });
    await agents(manager).update(userId, row.id, changes);
    return this.getFitting(manager, userId, row.id, path);
  }

  private partsOf(row: AgentRow, path: Path) {
    const { prompts, voices, webhooks, vectorDatabases } = this.stores;
    const part = <P extends object>(
      store: ResourceStore<P>,
      whole: z.ZodType<P>,
      presentId: string | null,
      field: string,
    ): Part<P> => ({ store, whole, presentId, path: [...path, field] });
    return {
      prompt: part(prompts, promptParams, row.promptId, 'prompt'),
      voice: part(voices, voiceDraft, row.voiceId, 'voice'),
      webhook: part(webhooks, webhookParams, row.webhookId, 'webhook'),
      vectorDatabase: part(vectorDatabases, vectorDatabaseDraft, row.vectorDatabaseId, 'vector_database'),
    };
  }

  private async getFitting(manager: EntityManager, userId: string, id: string, path: Path): Promise<Agent> {
    const agent = await this.get(manager, userId, id);
    if (Buffer.byteLength(JSON.stringify(agent)) > maxAgentBytes) throw tooLarge(path);
    return agent;
  }

  private async linkedActions(
    manager: EntityManager,
    userId: string,
    refs: readonly Ref<ActionDraft>[],
  ): Promise<string[]> {
    const { actions } = this.stores;
    await actions.require(
      manager,
      userId,
      refs.filter((ref) => typeof ref === 'string'),
    );
    await actions.createAll(
      manager,
      userId,
      refs.filter((ref) => typeof ref !== 'string'),
    );
    return refs.map((ref) => (typeof ref === 'string' ? ref : ref.id));
  }
}

/** The id of what `ref` means: a stored object of this user's, or a new one. */
async function linked<P extends object>(
  manager: EntityManager,
  userId: string,
  store: ResourceStore<P>,
  ref: Ref<P>,
): Promise<string> {
  if (typeof ref !== 'string') return (await store.create(manager, userId, ref.id, ref.params)).id;
  await store.require(manager, userId, [ref]);
  return ref;
}

/** The id of what `ref` means for an agent that may have such a part already. */
async function relinked<P extends object>(
  manager: EntityManager,
  userId: string,
  { store, whole, presentId, path }: Part<P>,
  ref: Ref<Patch<P>>,
): Promise<string> {
  if (typeof ref === 'string') return linked(manager, userId, store, ref);
  const { id, params } = ref;
  const present = presentId === null ? undefined : await store.get(manager, userId, presentId);
  const inPlace = present !== undefined && typeOf(present) === typeOf(params);
  if (holdsSecret(params) && inPlace !== (id === presentId)) throw store.changedMeanwhile();
  if (inPlace) return (await store.patch(manager, userId, present.id, params, path)).id;
  return (await store.create(manager, userId, id, parseOrThrow(whole, params, path))).id;
}

/** @throws {ACCOUNT_CONNECTION.NOT_FOUND}; {AGENT.NOT_OPENAI} for one to another kind of account. */
async function openAi(manager: EntityManager, userId: string, id: string, path: Path): Promise<string> {
  const connection = await new TenantRepository(manager, AccountConnectionRow).find(userId, id);
  if (!connection) throw connectionNotFound(id);
  if (connection.type === 'account_connection_openai') return id;
  const message = 'must be a connection to an OpenAI account';
  throw new AppError('invalid', 'AGENT.NOT_OPENAI', `openai_account_connection ${message}.`, {
    issues: [{ path: [...path, 'openai_account_connection'], message, type: 'value_error' }],
  });
}

function agents(manager: EntityManager): TenantRepository<AgentRow> {
  return new TenantRepository(manager, AgentRow);
}

function normalized(row: AgentRow): NormalizedAgent {
  return {
    ...row.settings,
    id: row.id,
    user_id: row.userId,
    prompt: row.promptId,
    voice: row.voiceId,
    actions: row.actionIds,
    webhook: row.webhookId,
    vector_database: row.vectorDatabaseId,
    openai_account_connection: row.openAiAccountConnectionId,
  };
}

function notFound(id: string): AppError {
  return new AppError('not_found', 'AGENT.NOT_FOUND', 'Agent not found', { details: { id } });
}
