import type {
  ActionParams,
  ActionUpdateParams,
  Agent,
  AgentDraft,
  AgentPatch,
  AgentSettings,
  VoiceParams,
  VoiceUpdateParams,
} from '@parley/contracts';
import {
  actionParams,
  agentSettings,
  defaultVoiceParams,
  holdsSecret,
  parseOrThrow,
  promptParams,
  voiceParams,
  webhookParams,
} from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import type { EntityManager } from 'typeorm';
import type { ResourceStore } from '../resources/resource.store';
import type { ResourceStores } from '../resources/stores';
import { AgentRow } from '../rows/agent.row';

/** A partial update as zod gives it: a field left alone is absent or `undefined`. */
type Patch<P> = { readonly [K in keyof P]?: P[K] | undefined };
type Ref<P> = string | { id: string; params: P };
/** Where in the client's request an agent stood, for the errors that name its fields. */
type Path = readonly (string | number)[];

/** An answer about an agent, with all that belongs to it, has to fit a message of NATS (1 MiB). */
const maxAgentBytes = 768 * 1024;

/** Agents and what they are made of. Whatever one call changes, it changes in the caller's transaction. */
export class AgentStore {
  constructor(private readonly stores: ResourceStores) {}

  /** @throws {AGENT.TOO_LARGE} naming `path`. */
  async create(
    manager: EntityManager,
    userId: string,
    id: string,
    draft: AgentDraft,
    path: Path = ['body'],
  ): Promise<Agent> {
    const { prompt, voice, actions, webhook, ...settings } = draft;
    const now = new Date();
    const voiceRef = voice ?? { id: newId(), params: defaultVoiceParams };
    const row = manager.create(AgentRow, {
      userId,
      id,
      promptId: await this.linked(manager, userId, this.stores.prompts, prompt),
      voiceId: await this.linked(manager, userId, this.stores.voices, voiceRef),
      webhookId: webhook && (await this.linked(manager, userId, this.stores.webhooks, webhook)),
      actionIds: await this.linkedAll(manager, userId, actions),
      settings: agentSettings.parse(settings),
      createdAt: now,
      updatedAt: now,
    });
    await manager.insert(AgentRow, row);
    return this.getFitting(manager, row, path);
  }

  /** @throws {AGENT.NOT_FOUND} for an unknown id, and for another user's. */
  async get(manager: EntityManager, userId: string, id: string): Promise<Agent> {
    return this.whole(manager, await this.row(manager, userId, id, false));
  }

  /**
   * Changes what `patch` names. An inline sub-object patches the present one in place when its type fits; else it
   * has to be whole, and replaces it. The list of actions is replaced as a whole.
   * @throws {VOICE.CHANGED} when a secret in `patch` was sealed to another voice than the one that it now meets.
   * @throws {AGENT.TOO_LARGE}, {REQUEST.INVALID} naming fields from `path` inwards.
   */
  async patch(
    manager: EntityManager,
    userId: string,
    id: string,
    patch: AgentPatch,
    path: Path,
  ): Promise<Agent> {
    const row = await this.row(manager, userId, id, true);
    const { prompt, voice, actions, webhook, ...settings } = patch;
    const { prompts, webhooks } = this.stores;
    if (prompt !== undefined)
      row.promptId = await this.relinked(manager, userId, prompts, row.promptId, prompt);
    if (voice !== undefined) row.voiceId = await this.revoiced(manager, row, voice, path);
    if (webhook === null) row.webhookId = null;
    else if (webhook !== undefined && row.webhookId) {
      row.webhookId = await this.relinked(manager, userId, webhooks, row.webhookId, webhook);
    } else if (webhook !== undefined) {
      row.webhookId = await this.linked(manager, userId, webhooks, completeWebhook(webhook, path));
    }
    if (actions !== undefined) {
      row.actionIds = await this.linkedAll(manager, userId, completeActions(actions, path));
    }
    row.settings = { ...row.settings, ...definedFields(settings) };
    row.updatedAt = new Date();
    await manager.save(row);
    return this.getFitting(manager, row, path);
  }

  private async row(manager: EntityManager, userId: string, id: string, lock: boolean): Promise<AgentRow> {
    const row = await manager.findOne(AgentRow, {
      where: { userId, id },
      ...(lock && { lock: { mode: 'pessimistic_write' } }),
    });
    if (!row) throw new AppError('not_found', 'AGENT.NOT_FOUND', 'Agent not found', { details: { id } });
    return row;
  }

  private async whole(manager: EntityManager, row: AgentRow): Promise<Agent> {
    const { prompts, voices, actions, webhooks } = this.stores;
    return {
      ...row.settings,
      id: row.id,
      user_id: row.userId,
      prompt: await prompts.get(manager, row.userId, row.promptId),
      voice: await voices.get(manager, row.userId, row.voiceId),
      actions: await actions.getAll(manager, row.userId, row.actionIds),
      webhook: row.webhookId === null ? null : await webhooks.get(manager, row.userId, row.webhookId),
    };
  }

  private async getFitting(manager: EntityManager, row: AgentRow, path: Path): Promise<Agent> {
    const agent = await this.whole(manager, row);
    if (Buffer.byteLength(JSON.stringify(agent)) <= maxAgentBytes) return agent;
    const message = 'is too large with all that belongs to it';
    throw new AppError('invalid', 'AGENT.TOO_LARGE', `The agent ${message}.`, {
      issues: [{ path, message, type: 'value_error' }],
    });
  }

  /** The id of what `ref` means: a stored object of this user's, or a new one. */
  private async linked<P extends object>(
    manager: EntityManager,
    userId: string,
    store: ResourceStore<P>,
    ref: Ref<P>,
  ): Promise<string> {
    const stored =
      typeof ref === 'string'
        ? await store.get(manager, userId, ref)
        : await store.create(manager, userId, ref.id, ref.params);
    return stored.id;
  }

  private async linkedAll(
    manager: EntityManager,
    userId: string,
    refs: readonly Ref<ActionParams>[],
  ): Promise<string[]> {
    const ids: string[] = [];
    for (const ref of refs) ids.push(await this.linked(manager, userId, this.stores.actions, ref));
    return ids;
  }

  private async relinked<P extends object>(
    manager: EntityManager,
    userId: string,
    store: ResourceStore<P>,
    presentId: string,
    ref: Ref<Patch<P>>,
  ): Promise<string> {
    if (typeof ref === 'string') return this.linked(manager, userId, store, ref);
    return (await store.patch(manager, userId, presentId, definedFields(ref.params))).id;
  }

  private async revoiced(
    manager: EntityManager,
    { userId, voiceId: presentId }: AgentRow,
    ref: Ref<VoiceUpdateParams>,
    path: Path,
  ): Promise<string> {
    const { voices } = this.stores;
    if (typeof ref === 'string') return this.linked(manager, userId, voices, ref);
    const present = await voices.get(manager, userId, presentId);
    const inPlace = present.type === ref.params.type;
    if (holdsSecret(ref.params) && inPlace !== (ref.id === presentId)) {
      throw new AppError('conflict', 'VOICE.CHANGED', 'The voice was changed meanwhile. Please try again.');
    }
    if (inPlace) {
      return (await voices.patch(manager, userId, presentId, definedFields<VoiceParams>(ref.params))).id;
    }
    const params = parseOrThrow(voiceParams, ref.params, [...path, 'voice']);
    return (await voices.create(manager, userId, ref.id, params)).id;
  }
}

/** Drops the fields that a patch leaves alone. */
function definedFields<T extends object>(patch: Patch<T>): Partial<T> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/**
 * A patch that must stand alone, since there is nothing to patch.
 * @throws {AGENT.INCOMPLETE}, {REQUEST.INVALID} naming what it lacks, from `path` inwards.
 */
export function completeAgent(patch: AgentPatch, path: Path): AgentDraft {
  const settings: AgentSettings = agentSettings.parse(patch);
  const { prompt, voice, actions, webhook } = patch;
  if (prompt === undefined || voice === undefined) {
    const missing = prompt === undefined ? 'prompt' : 'voice';
    throw new AppError('invalid', 'AGENT.INCOMPLETE', `A new agent needs a ${missing}.`, {
      issues: [{ path: [...path, missing], message: 'a new agent needs one', type: 'missing' }],
    });
  }
  return {
    ...settings,
    prompt:
      typeof prompt === 'string' ? prompt : { id: prompt.id, params: promptParams.parse(prompt.params) },
    voice:
      typeof voice === 'string'
        ? voice
        : {
            id: voice.id,
            params: parseOrThrow(voiceParams, voice.params, [...path, 'voice']),
          },
    actions: completeActions(actions ?? [], path),
    webhook: webhook ? completeWebhook(webhook, path) : null,
  };
}

function completeActions(refs: readonly Ref<ActionUpdateParams>[], path: Path): Ref<ActionParams>[] {
  return refs.map((ref, index) => {
    if (typeof ref === 'string') return ref;
    return { id: ref.id, params: parseOrThrow(actionParams, ref.params, [...path, 'actions', index]) };
  });
}

function completeWebhook(
  ref: NonNullable<AgentPatch['webhook']>,
  path: Path,
): NonNullable<AgentDraft['webhook']> {
  if (typeof ref === 'string') return ref;
  return { id: ref.id, params: parseOrThrow(webhookParams, ref.params, [...path, 'webhook']) };
}
