import { z } from 'zod';
import { ask, byUser, command } from './ask';
import { refOf, uuid } from './fields';
import { listAsk } from './lists';
import { action, actionDraft, actionPatch } from './vocode/actions';
import { agent, agentDraft, agentPatch, normalizedAgent } from './vocode/agents';
import {
  normalizedPrompt,
  prompt,
  promptParams,
  promptTemplate,
  promptTemplateParams,
  promptTemplateUpdateParams,
  promptUpdateParams,
} from './vocode/prompts';
import { pineconeVectorDatabase, vectorDatabaseDraft, vectorDatabasePatch } from './vocode/vector-databases';
import { voice, voiceDraft, voicePatch } from './vocode/voices';
import { webhook, webhookParams, webhookUpdateParams } from './vocode/webhooks';

/** What config answers. Every ask that changes something carries a command id: a repeat gets the same answer. */

/** The asks that every kind of resource has. All shapes are those that travel: secrets sealed, numbers in E.164. */
function resourceAsks<P extends z.ZodType, U extends z.ZodType, S extends z.ZodType, N extends z.ZodType>(
  name: string,
  shapes: { draft: P; patch: U; stored: S; normalized: N },
) {
  return {
    create: ask(`config.v1.${name}.create`, {
      request: command.extend({ id: uuid, params: shapes.draft }),
      response: shapes.stored,
    }),
    get: ask(`config.v1.${name}.get`, { request: byUser.extend({ id: uuid }), response: shapes.stored }),
    /** `invalid` on `body.type` when the stored one has another type. */
    update: ask(`config.v1.${name}.update`, {
      request: command.extend({ id: uuid, params: shapes.patch }),
      response: shapes.stored,
    }),
    /** `invalid` on `query.sort_column`, naming the columns that there are. */
    list: listAsk(`config.v1.${name}.list`, shapes.normalized),
  };
}

export const actionAsks = resourceAsks('actions', {
  draft: actionDraft,
  patch: actionPatch,
  stored: action,
  normalized: action,
});
export const voiceAsks = resourceAsks('voices', {
  draft: voiceDraft,
  patch: voicePatch,
  stored: voice,
  normalized: voice,
});
export const webhookAsks = resourceAsks('webhooks', {
  draft: webhookParams,
  patch: webhookUpdateParams,
  stored: webhook,
  normalized: webhook,
});
export const promptAsks = resourceAsks('prompts', {
  draft: promptParams,
  patch: promptUpdateParams,
  stored: prompt,
  normalized: normalizedPrompt,
});
export const vectorDatabaseAsks = resourceAsks('vector-databases', {
  draft: vectorDatabaseDraft,
  patch: vectorDatabasePatch,
  stored: pineconeVectorDatabase,
  normalized: pineconeVectorDatabase,
});
export const agentAsks = resourceAsks('agents', {
  draft: agentDraft,
  patch: agentPatch,
  stored: agent,
  normalized: normalizedAgent,
});
/** For what prompts may refer to. No operation makes templates, of Vocode's as of ours: they are made by these asks alone. */
export const promptTemplateAsks = resourceAsks('prompt-templates', {
  draft: promptTemplateParams,
  patch: promptTemplateUpdateParams,
  stored: promptTemplate,
  normalized: promptTemplate,
});

/** The webhook and the version of it, for a projection that has not heard of it yet. */
export const getWebhookVersion = ask('config.v1.webhooks.get-version', {
  request: byUser.extend({ id: uuid }),
  response: z.object({ webhook, version: z.number().int().positive() }),
});

/** The agent of a call: a stored one, or one given inline, which is stored on the way. */
export const resolveCallAgent = ask('config.v1.agents.resolve', {
  request: command.extend({ agent: refOf(agentDraft) }),
  response: agent,
});
