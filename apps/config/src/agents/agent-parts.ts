import type { ActionDraft, ActionPatch, AgentDraft, AgentPatch } from '@parley/contracts';
import {
  actionDraft,
  agentSettings,
  parseOrThrow,
  promptParams,
  vectorDatabaseDraft,
} from '@parley/contracts';
import { voiceDraft, webhookParams } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { z } from 'zod';
import type { Path } from '../resources/resource.store';

/** A stored object by its id, or a new one with the id that it gets. */
export type Ref<P> = string | { id: string; params: P };

/**
 * A reference to a part that must stand alone, since there is nothing to patch.
 * @throws {REQUEST.INVALID} naming what the part lacks, from `path` inwards.
 */
export function complete<S extends z.ZodType>(ref: Ref<unknown>, whole: S, path: Path): Ref<z.output<S>> {
  return typeof ref === 'string' ? ref : { id: ref.id, params: parseOrThrow(whole, ref.params, path) };
}

/** @throws {REQUEST.INVALID} naming what an action lacks, from `path` inwards. */
export function completeActions(refs: readonly Ref<ActionPatch>[], path: Path): Ref<ActionDraft>[] {
  return refs.map((ref, index) => complete(ref, actionDraft, [...path, 'actions', index]));
}

/**
 * A patch of an agent that must stand alone.
 * @throws {AGENT.INCOMPLETE}, {REQUEST.INVALID} naming what it lacks, from `path` inwards.
 */
export function completeAgent(patch: AgentPatch, path: Path): AgentDraft {
  const { prompt, voice, actions, webhook, vector_database: database } = patch;
  if (prompt === undefined || voice === undefined) {
    const missing = prompt === undefined ? 'prompt' : 'voice';
    throw new AppError('invalid', 'AGENT.INCOMPLETE', `A new agent needs a ${missing}.`, {
      issues: [{ path: [...path, missing], message: 'a new agent needs one', type: 'missing' }],
    });
  }
  return {
    ...agentSettings.parse(patch),
    prompt: complete(prompt, promptParams, [...path, 'prompt']),
    voice: complete(voice, voiceDraft, [...path, 'voice']),
    actions: completeActions(actions ?? [], path),
    webhook: webhook ? complete(webhook, webhookParams, [...path, 'webhook']) : null,
    vector_database: database ? complete(database, vectorDatabaseDraft, [...path, 'vector_database']) : null,
    openai_account_connection: patch.openai_account_connection ?? null,
  };
}
