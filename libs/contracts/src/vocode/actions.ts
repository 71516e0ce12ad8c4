import { z } from 'zod';
import { owned, patch, phoneNumberText, text, withDefault } from '../fields';

const functionCallTrigger = z.object({
  type: z.literal('action_trigger_function_call'),
  config: withDefault(z.object({}), {}),
});

const phraseBasedTrigger = z.object({
  type: z.literal('action_trigger_phrase_based'),
  config: z.object({
    phrase_triggers: z
      .array(
        z.object({
          phrase: text(500).min(1),
          conditions: z.array(z.literal('phrase_condition_type_contains')).min(1),
        }),
      )
      .min(1)
      .max(50),
  }),
});

export const defaultActionTrigger = { type: 'action_trigger_function_call', config: {} } as const;

const anyTrigger = withDefault(
  z.discriminatedUnion('type', [functionCallTrigger, phraseBasedTrigger]),
  defaultActionTrigger,
);
// The model has to supply the digits, so a phrase alone cannot start this one.
const functionTrigger = withDefault(functionCallTrigger, defaultActionTrigger);

const emptyConfig = withDefault(z.object({}), {});
const transferCallConfig = z.object({ phone_number: phoneNumberText });

export const endConversationActionParams = z.object({
  type: z.literal('action_end_conversation'),
  config: emptyConfig,
  action_trigger: anyTrigger,
});
export const dtmfActionParams = z.object({
  type: z.literal('action_dtmf'),
  config: emptyConfig,
  action_trigger: functionTrigger,
});
export const transferCallActionParams = z.object({
  type: z.literal('action_transfer_call'),
  config: transferCallConfig,
  action_trigger: anyTrigger,
});

/** What an agent may do in a call, beside talking. */
export const actionParams = z.discriminatedUnion('type', [
  endConversationActionParams,
  dtmfActionParams,
  transferCallActionParams,
]);

const anyTriggerPatch = patch(z.discriminatedUnion('type', [functionCallTrigger, phraseBasedTrigger]));

export const actionUpdateParams = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('action_end_conversation'),
    config: patch(z.object({})),
    action_trigger: anyTriggerPatch,
  }),
  z.object({
    type: z.literal('action_dtmf'),
    config: patch(z.object({})),
    action_trigger: patch(functionCallTrigger),
  }),
  z.object({
    type: z.literal('action_transfer_call'),
    config: patch(transferCallConfig),
    action_trigger: anyTriggerPatch,
  }),
]);

export const action = z.discriminatedUnion('type', [
  endConversationActionParams.extend(owned.shape),
  dtmfActionParams.extend(owned.shape),
  transferCallActionParams.extend(owned.shape),
]);

export type ActionParams = z.output<typeof actionParams>;
export type ActionUpdateParams = z.output<typeof actionUpdateParams>;
export type Action = z.output<typeof action>;
