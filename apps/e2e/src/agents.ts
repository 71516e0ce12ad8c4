import type { RunningSystem } from './running-system';

const subscriptions = [
  'event_message',
  'event_action',
  'event_phone_call_connected',
  'event_phone_call_ended',
  'event_phone_call_did_not_connect',
  'event_transcript',
];

/** An agent with everything inline, whose webhook is the sandbox's receiver. */
export function agentParams(system: RunningSystem, actions: object[]): object {
  return {
    prompt: 'You help the guests of the restaurant Riverside.',
    voice: { type: 'voice_eleven_labs', voice_id: 'sandbox' },
    initial_message: 'Hello, Riverside here.',
    webhook: { url: `${system.run.sandboxReceiverUrl}/e2e`, subscriptions },
    actions,
  };
}

export const talkingActions = [{ type: 'action_end_conversation' }, { type: 'action_dtmf' }];

export function transferAction(phoneNumber: string): object {
  return { type: 'action_transfer_call', config: { phone_number: phoneNumber } };
}
