import type { wire, wireSeed } from '@parley/contracts';
import type { Profile } from './profile';
import { sdk15 } from './sdk-0-0-15';
import { unlimitedMinutes } from './sdk-0-0-22';

/** The first vintage, of August 2023. */
export const seed: Profile = {
  ...sdk15,
  name: 'seed',
  list: ({ items }) => items,
  action,
  voice,
  prompt: (prompt): wireSeed.Prompt => withoutNulls(prompt),
  normalizedPrompt: (prompt): wireSeed.NormalizedPrompt => withoutNulls(prompt),
  agent,
  normalizedAgent: ({ agent: { id, user_id, ...agent }, promptText }): wireSeed.NormalizedAgent => ({
    id,
    user_id,
    prompt: promptText ?? '',
    actions: agent.actions,
    voice: agent.voice,
    ...withoutNulls({ initial_message: agent.initial_message, webhook: agent.webhook }),
  }),
  phoneNumber: ({ id, user_id, active, number, inbound_agent }): wireSeed.PhoneNumber => ({
    id,
    user_id,
    active,
    number,
    ...(inbound_agent && { inbound_agent: agent(inbound_agent) }),
  }),
  normalizedPhoneNumber: ({
    id,
    user_id,
    active,
    number,
    inbound_agent,
  }): wireSeed.NormalizedPhoneNumber => ({
    id,
    user_id,
    active,
    number,
    ...withoutNulls({ inbound_agent }),
  }),
  call: (call): wireSeed.Call => ({ ...callFields(call), agent: agent(call.agent) }),
  normalizedCall: (call): wireSeed.NormalizedCall => ({ ...callFields(call), agent: call.agent }),
  usage: ({ user_id, plan_type, monthly_usage_minutes, monthly_usage_limit_minutes }): wireSeed.Usage => ({
    user_id,
    plan_type: plans[plan_type],
    monthly_usage_minutes,
    monthly_usage_limit_minutes: monthly_usage_limit_minutes ?? unlimitedMinutes,
  }),
};

const plans: Readonly<Record<wire.Usage['plan_type'], wireSeed.Usage['plan_type']>> = {
  plan_free: 'free',
  plan_developer: 'developer',
  plan_enterprise: 'enterprise',
  // Its clients fail on a plan that they do not know, and this is the largest that they do.
  plan_unlimited: 'enterprise',
};

function action({ id, user_id, type, config }: wire.Action): wireSeed.Action {
  return { id, user_id, type, config } as wireSeed.Action;
}

function voice(given: wire.Voice): wireSeed.Voice {
  const { id, user_id } = given;
  switch (given.type) {
    case 'voice_eleven_labs':
      return {
        id,
        user_id,
        type: given.type,
        voice_id: given.voice_id,
        api_key: given.api_key ?? '',
        ...withoutNulls({ stability: given.stability, similarity_boost: given.similarity_boost }),
      };
    case 'voice_rime':
      return { id, user_id, type: given.type, speaker: given.speaker };
    case 'voice_play_ht':
      return withoutNulls(given);
    default:
      return given;
  }
}

function agent(given: wire.Agent): wireSeed.Agent {
  return {
    id: given.id,
    user_id: given.user_id,
    prompt: given.prompt.content,
    actions: given.actions.map(action),
    voice: voice(given.voice),
    ...withoutNulls({ initial_message: given.initial_message, webhook: given.webhook }),
  };
}

function callFields(call: wire.Call | wire.NormalizedCall) {
  return {
    id: call.id,
    user_id: call.user_id,
    status: call.status,
    recording_available: call.recording_available,
    to_number: call.to_number,
    from_number: call.from_number,
    ...withoutNulls({ error_message: call.error_message, transcript: call.transcript }),
  };
}

type WithoutNulls<T> = { [K in keyof T as null extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as null extends T[K] ? K : never]?: NonNullable<T[K]>;
};

function withoutNulls<T extends object>(object: T): WithoutNulls<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null)) as WithoutNulls<T>;
}
