import {
  accountConnectionAsks,
  accountConnectionParams,
  accountConnectionUpdateParams,
  actionAsks,
  actionParams,
  actionUpdateParams,
  agentAsks,
  agentParams,
  agentUpdateParams,
  pineconeVectorDatabaseParams,
  pineconeVectorDatabaseUpdateParams,
  promptAsks,
  promptParams,
  promptUpdateParams,
  vectorDatabaseAsks,
  voiceAsks,
  voiceParams,
  voiceUpdateParams,
  webhookAsks,
  webhookParams,
  webhookUpdateParams,
} from '@parley/contracts';
import { agentDraft, agentPatch, patchesSecret } from './inbound-agents';
import { promptTexts } from './prompt-texts';
import { resourceController } from './resource.controller';

/** The resources of this dialect that are made, changed, read and listed in the same way. */
export const resourceControllers = [
  resourceController({
    path: 'actions',
    params: actionParams,
    updateParams: actionUpdateParams,
    asks: actionAsks,
    bringIn: ({ inbound }, params, place) => inbound.action(params, place),
    bringInPatch: ({ inbound }, params, place) => inbound.actionPatch(params, { ...place, isThere: true }),
    show: (outbound, action, profile) => profile.action(outbound.action(action)),
    showListed: ({ outbound }, items, { profile }) =>
      items.map((action) => profile.action(outbound.action(action))),
  }),
  resourceController({
    path: 'voices',
    params: voiceParams,
    updateParams: voiceUpdateParams,
    asks: voiceAsks,
    bringIn: ({ inbound }, params, place) => inbound.voice(params, place),
    bringInPatch: ({ inbound }, params, place) => inbound.voicePatch(params, { ...place, isThere: true }),
    show: (outbound, voice, profile) => profile.voice(outbound.voice(voice)),
    showListed: ({ outbound }, items, { profile }) =>
      items.map((voice) => profile.voice(outbound.voice(voice))),
  }),
  resourceController({
    path: 'webhooks',
    params: webhookParams,
    updateParams: webhookUpdateParams,
    asks: webhookAsks,
    bringIn: (_, params) => params,
    bringInPatch: (_, params) => params,
    show: (outbound, webhook, profile) => profile.webhook(outbound.webhook(webhook)),
    showListed: ({ outbound }, items, { profile }) =>
      items.map((webhook) => profile.webhook(outbound.webhook(webhook))),
  }),
  resourceController({
    path: 'prompts',
    params: promptParams,
    updateParams: promptUpdateParams,
    asks: promptAsks,
    bringIn: (_, params) => params,
    bringInPatch: (_, params) => params,
    show: (outbound, prompt, profile) => profile.prompt(outbound.prompt(prompt)),
    showListed: ({ outbound }, items, { profile }) =>
      items.map((prompt) => profile.normalizedPrompt(outbound.normalizedPrompt(prompt))),
  }),
  resourceController({
    path: 'vector_databases',
    params: pineconeVectorDatabaseParams,
    updateParams: pineconeVectorDatabaseUpdateParams,
    asks: vectorDatabaseAsks,
    bringIn: ({ inbound }, params, place) => inbound.vectorDatabase(params, place),
    bringInPatch: ({ inbound }, params, place) =>
      inbound.vectorDatabasePatch(params, { ...place, isThere: true }),
    show: (outbound, database, profile) => profile.vectorDatabase(outbound.vectorDatabase(database)),
    showListed: ({ outbound }, items, { profile }) =>
      items.map((database) => profile.vectorDatabase(outbound.vectorDatabase(database))),
  }),
  resourceController({
    path: 'account_connections',
    params: accountConnectionParams,
    updateParams: accountConnectionUpdateParams,
    asks: accountConnectionAsks,
    bringIn: ({ inbound }, params, place) => inbound.accountConnection(params, place),
    bringInPatch: ({ inbound }, params, place) => inbound.accountConnectionPatch(params, place),
    show: (outbound, connection, profile) =>
      profile.accountConnection(outbound.accountConnection(connection)),
    showListed: ({ outbound }, items, { profile }) =>
      items.map((connection) => profile.accountConnection(outbound.accountConnection(connection))),
  }),
  resourceController({
    path: 'agents',
    params: agentParams,
    updateParams: agentUpdateParams,
    asks: agentAsks,
    bringIn: ({ inbound }, params, { userId, path }) => agentDraft(params, inbound, { userId, path }),
    bringInPatch: async ({ asks, inbound }, params, { userId, id, path }) => {
      const present = patchesSecret(params) ? await asks.ask(agentAsks.get, { user_id: userId, id }) : null;
      return agentPatch(params, inbound, { userId, path, present });
    },
    show: (outbound, agent, profile) => profile.agent(outbound.agent(agent)),
    showListed: async ({ asks, outbound }, items, { userId, profile }) => {
      const texts = profile.listsPromptTexts ? await promptTexts(asks, userId, items) : null;
      return items.map((agent) =>
        profile.normalizedAgent({
          agent: outbound.normalizedAgent(agent),
          promptText: texts?.get(agent.prompt) ?? null,
        }),
      );
    },
  }),
];
