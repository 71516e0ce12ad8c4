import {
  actionAsks,
  actionParams,
  agentAsks,
  agentParams,
  voiceAsks,
  voiceParams,
  webhookAsks,
  webhookParams,
} from '@parley/contracts';
import { resourceController } from './resource.controller';

/** The resources of this dialect that are made and read in the same way. */
export const resourceControllers = [
  resourceController({
    path: 'actions',
    params: actionParams,
    asks: actionAsks,
    bringIn: (inbound, params) => inbound.action(params, ['body']),
    show: (outbound, action) => outbound.action(action),
  }),
  resourceController({
    path: 'voices',
    params: voiceParams,
    asks: voiceAsks,
    bringIn: (inbound, params, owner) => inbound.voice(params, owner),
    show: (outbound, voice) => outbound.voice(voice),
  }),
  resourceController({
    path: 'webhooks',
    params: webhookParams,
    asks: webhookAsks,
    bringIn: (_, params) => params,
    show: (_, webhook) => webhook,
  }),
  resourceController({
    path: 'agents',
    params: agentParams,
    asks: agentAsks,
    bringIn: (inbound, params, owner) => inbound.agentDraft(params, owner.userId, ['body']),
    show: (outbound, agent) => outbound.agent(agent),
  }),
];
