import type { wire, wireSdk15 } from '@parley/contracts';
import type { Profile } from './profile';
import { agent as agentOfSdk22, sdk22 } from './sdk-0-0-22';

/** The SDKs from 0.0.5 to 0.0.15. */
export const sdk15: Profile = {
  ...sdk22,
  name: 'sdk-0.0.15',
  listsPromptTexts: true,
  agent,
  normalizedAgent: ({ agent, promptText }): wireSdk15.NormalizedAgent => ({
    ...agent,
    prompt: promptText ?? '',
  }),
  phoneNumber: (number): wireSdk15.PhoneNumber => ({
    ...number,
    inbound_agent: number.inbound_agent && agent(number.inbound_agent),
  }),
  call: (call): wireSdk15.Call => ({ ...call, agent: agent(call.agent) }),
};

function agent(given: wire.Agent): wireSdk15.Agent {
  return { ...agentOfSdk22(given), prompt: given.prompt.content };
}
