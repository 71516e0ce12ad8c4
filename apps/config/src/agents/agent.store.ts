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

/** Agents and what they are made of. Whatever one call changes, it changes in the caller's transaction. */
export class AgentStore {
  constructor(private readonly stores: ResourceStores) {}

  async create(manager: EntityManager, userId: string, id: string, draft: AgentDraft): Promise<Agent> {
    const { prompt, voice, actions, webhook, ...settings } = draft;
    const now = new Date();
    const voiceRef = voice ?? { id: newId(), params: defaultVoiceParams };
    await manager.insert(AgentRow, {
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
    return this.get(manager, userId, id);
  }

  /** @throws {AGENT.NOT_FOUND} for an unknown id, and for another user's. */
  async get(manager: EntityManager, userId: string, id: string): Promise<Agent> {
    return this.whole(manager, await this.row(manager, userId, id, false));
  }

  /**
   * Changes what `patch` names. An inline sub-object patches the present one in place when its type fits; else it
   * has to be whole, and replaces it. The list of actions is replaced as a whole.
   */
  async patch(manager: EntityManager, userId: string, id: string, patch: AgentPatch): Promise<Agent> {
    const row = await this.row(manager, userId, id, true);
    const { prompt, voice, actions, webhook, ...settings } = patch;
    const { prompts, webhooks } = this.stores;
    if (prompt !== undefined)
      row.promptId = await this.relinked(manager, userId, prompts, row.promptId, prompt);
    if (voice !== undefined) row.voiceId = await this.revoiced(manager, userId, row.voiceId, voice);
    if (webhook === null) row.webhookId = null;
    else if (webhook !== undefined && row.webhookId) {
      row.webhookId = await this.relinked(manager, userId, webhooks, row.webhookId, webhook);
    } else if (webhook !== undefined) {
      row.webhookId = await this.linked(manager, userId, webhooks, completeWebhook(webhook));
    }
    if (actions !== undefined) {
      row.actionIds = await this.linkedAll(manager, userId, actions.map(completeAction));
    }
    row.settings = { ...row.settings, ...definedFields(settings) };
    row.updatedAt = new Date();
    await manager.save(row);
    return this.whole(manager, row);
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
    userId: string,
    presentId: string,
    ref: Ref<VoiceUpdateParams>,
  ): Promise<string> {
    const { voices } = this.stores;
    if (typeof ref === 'string') return this.linked(manager, userId, voices, ref);
    const present = await voices.get(manager, userId, presentId);
    if (present.type === ref.params.type) {
      return (
        await voices.patch(
          manager,
          userId,
          presentId,
          definedFields<VoiceParams>(ref.params),
        )
      ).id;
    }
    const params = parseOrThrow(voiceParams, ref.params, ['body', 'voice']);
    return (await voices.create(manager, userId, ref.id, params)).id;
  }
}

/** Drops the fields that a patch leaves alone. */
function definedFields<T extends object>(patch: Patch<T>): Partial<T> {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** A patch that must stand alone, since there is nothing to patch: @throws {REQUEST.INVALID} naming what it lacks. */
export function completeAgent(patch: AgentPatch): AgentDraft {
  const settings: AgentSettings = agentSettings.parse(patch);
  const { prompt, voice, actions, webhook } = patch;
  if (prompt === undefined || voice === undefined) {
    const missing = prompt === undefined ? 'prompt' : 'voice';
    throw new AppError('invalid', 'AGENT.INCOMPLETE', `A new agent needs a ${missing}.`, {
      issues: [
        { path: ['body', 'inbound_agent', missing], message: 'a new agent needs one', type: 'missing' },
      ],
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
            params: parseOrThrow(voiceParams, voice.params, ['body', 'inbound_agent', 'voice']),
          },
    actions: (actions ?? []).map(completeAction),
    webhook: webhook ? completeWebhook(webhook) : null,
  };
}

function completeAction(ref: Ref<ActionUpdateParams>): Ref<ActionParams> {
  if (typeof ref === 'string') return ref;
  return { id: ref.id, params: parseOrThrow(actionParams, ref.params, ['body', 'actions']) };
}

function completeWebhook(ref: NonNullable<AgentPatch['webhook']>): NonNullable<AgentDraft['webhook']> {
  if (typeof ref === 'string') return ref;
  return { id: ref.id, params: parseOrThrow(webhookParams, ref.params, ['body', 'webhook']) };
}
