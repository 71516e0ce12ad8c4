import { z } from 'zod';
import { ask } from './ask';
import { refOf, uuid } from './fields';
import { action, actionParams } from './vocode/actions';
import { agent, agentDraft } from './vocode/agents';
import { prompt, promptParams } from './vocode/prompts';
import { voice, voiceParams } from './vocode/voices';
import { webhook, webhookParams } from './vocode/webhooks';

/** What config answers. Every ask that changes something carries a command id: a repeat gets the same answer. */

const byUser = z.object({ user_id: uuid });
const command = byUser.extend({ command_id: z.string().min(1).max(200) });

/** The asks that every kind of resource has. */
function resourceAsks<P extends z.ZodType, S extends z.ZodType>(
  name: string,
  shapes: { params: P; stored: S },
) {
  return {
    create: ask(`config.v1.${name}.create`, {
      request: command.extend({ id: uuid, params: shapes.params }),
      response: shapes.stored,
    }),
    get: ask(`config.v1.${name}.get`, { request: byUser.extend({ id: uuid }), response: shapes.stored }),
  };
}

export const actionAsks = resourceAsks('actions', { params: actionParams, stored: action });
export const voiceAsks = resourceAsks('voices', { params: voiceParams, stored: voice });
export const webhookAsks = resourceAsks('webhooks', { params: webhookParams, stored: webhook });
export const promptAsks = resourceAsks('prompts', { params: promptParams, stored: prompt });
export const agentAsks = resourceAsks('agents', { params: agentDraft, stored: agent });

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
