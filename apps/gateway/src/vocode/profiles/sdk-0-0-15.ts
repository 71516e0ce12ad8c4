import type { wire, wireSdk15 } from '@parley/contracts';
import { latest } from './latest';
import type { Profile } from './profile';

/** The largest number that every client's integer holds: it stands for no limit where one has to be named. */
export const unlimitedMinutes = 2_147_483_647;

/** The SDKs from 0.0.5 to 0.0.15. */
export const sdk15: Profile = {
  ...latest,
  name: 'sdk-0.0.15',
  listsPromptTexts: true,
  voice,
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
  usage: ({ plan_type, ...usage }): wireSdk15.Usage => ({
    ...usage,
    plan_type: plan_type === 'plan_unlimited' ? 'plan_enterprise' : plan_type,
    monthly_usage_limit_minutes: usage.monthly_usage_limit_minutes ?? unlimitedMinutes,
  }),
};

function voice(given: wire.Voice): wireSdk15.Voice {
  return given.type === 'voice_eleven_labs' ? { ...given, api_key: given.api_key ?? '' } : given;
}

function agent(given: wire.Agent): wireSdk15.Agent {
  return { ...given, prompt: given.prompt.content, voice: voice(given.voice) };
}
