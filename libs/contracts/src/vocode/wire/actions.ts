import { z } from 'zod';
import {
  defaultActionTrigger,
  emptyActionConfig,
  functionCallActionTriggerConfig,
  phraseBasedActionTriggerConfig,
} from '../actions';
import { defaulted, mayBeLeftOut, owned } from './documented';

export const transferCallConfig = z.object({ phone_number: z.string() });
export const addToConferenceConfig = z.object({
  phone_number: z.string(),
  place_primary_on_hold: mayBeLeftOut(defaulted(z.boolean(), true)),
});
export const externalActionConfig = z.object({
  processing_mode: mayBeLeftOut(defaulted(z.literal('muted'), 'muted')),
  name: z.string(),
  description: z.string(),
  url: z.string(),
  input_schema: z.record(z.string(), z.unknown()),
  speak_on_send: z.boolean(),
  speak_on_receive: z.boolean(),
  signature_secret: mayBeLeftOut(z.string()),
});

export const functionCallActionTrigger = z.object({
  type: z.literal('action_trigger_function_call'),
  config: mayBeLeftOut(functionCallActionTriggerConfig),
});
export const phraseBasedActionTrigger = z.object({
  type: z.literal('action_trigger_phrase_based'),
  config: phraseBasedActionTriggerConfig,
});

const anyTrigger = defaulted(
  z.discriminatedUnion('type', [functionCallActionTrigger, phraseBasedActionTrigger]),
  defaultActionTrigger,
);
const functionTrigger = defaulted(functionCallActionTrigger, defaultActionTrigger);

export const transferCallAction = owned.extend({
  type: z.literal('action_transfer_call'),
  config: transferCallConfig,
  action_trigger: anyTrigger,
});
export const endConversationAction = owned.extend({
  type: z.literal('action_end_conversation'),
  config: emptyActionConfig,
  action_trigger: anyTrigger,
});
export const dtmfAction = owned.extend({
  type: z.literal('action_dtmf'),
  config: emptyActionConfig,
  action_trigger: functionTrigger,
});
export const addToConferenceAction = owned.extend({
  type: z.literal('action_add_to_conference'),
  config: addToConferenceConfig,
  action_trigger: anyTrigger,
});
export const setHoldAction = owned.extend({
  type: z.literal('action_set_hold'),
  config: emptyActionConfig,
  action_trigger: anyTrigger,
});
export const externalAction = owned.extend({
  type: z.literal('action_external'),
  config: externalActionConfig,
  action_trigger: functionTrigger,
});

export const action = z.discriminatedUnion('type', [
  transferCallAction,
  endConversationAction,
  dtmfAction,
  addToConferenceAction,
  setHoldAction,
  externalAction,
]);

export type Action = z.output<typeof action>;
