import type { wire, wireSdk22 } from '@parley/contracts';
import { latest } from './latest';
import type { Profile } from './profile';

/** The largest number that every client's integer holds: it stands for no limit where one has to be named. */
export const unlimitedMinutes = 2_147_483_647;

/** The SDKs from 0.0.16 to 0.0.22. */
export const sdk22: Profile = {
  ...latest,
  name: 'sdk-0.0.22',
  voice,
  agent,
  phoneNumber: (number): wireSdk22.PhoneNumber => ({
    ...number,
    inbound_agent: number.inbound_agent && agent(number.inbound_agent),
  }),
  call: (call): wireSdk22.Call => ({ ...call, agent: agent(call.agent) }),
  usage: ({ plan_type, ...usage }): wireSdk22.Usage => ({
    ...usage,
    plan_type: plan_type === 'plan_unlimited' ? 'plan_enterprise' : plan_type,
    monthly_usage_limit_minutes: usage.monthly_usage_limit_minutes ?? unlimitedMinutes,
  }),
};

function voice(given: wire.Voice): wireSdk22.Voice {
  return given.type === 'voice_eleven_labs' ? { ...given, api_key: given.api_key ?? '' } : given;
}

export function agent(given: wire.Agent): wireSdk22.Agent {
  return { ...given, voice: voice(given.voice) };
}
