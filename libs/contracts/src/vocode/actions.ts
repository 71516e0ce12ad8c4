import { z } from 'zod';
import {
  httpUrl,
  laxBoolean,
  leavesAloneWhenEmpty,
  owned,
  patch,
  phoneNumberText,
  text,
  withDefault,
} from '../fields';
import { hmacKeyText, sealedText } from './secret-texts';

export const functionCallActionTriggerConfig = z.object({});
export const functionCallActionTrigger = z.object({
  type: z.literal('action_trigger_function_call'),
  config: withDefault(functionCallActionTriggerConfig, {}),
});

export const phraseTrigger = z.object({
  phrase: text(500).min(1),
  conditions: z.array(z.literal('phrase_condition_type_contains')).min(1).max(10),
});
export const phraseBasedActionTriggerConfig = z.object({
  phrase_triggers: z.array(phraseTrigger).min(1).max(50),
});
export const phraseBasedActionTrigger = z.object({
  type: z.literal('action_trigger_phrase_based'),
  config: phraseBasedActionTriggerConfig,
});

/** Who starts an action: the model, or a phrase in what the agent says. */
export const actionTrigger = z.discriminatedUnion('type', [
  functionCallActionTrigger,
  phraseBasedActionTrigger,
]);

export const defaultActionTrigger = { type: 'action_trigger_function_call', config: {} } as const;

const anyTrigger = withDefault(actionTrigger, defaultActionTrigger);
// The model has to supply the digits, or the input, so a phrase alone cannot start these.
const functionTrigger = withDefault(functionCallActionTrigger, defaultActionTrigger);

export const emptyActionConfig = z.object({});
const emptyConfig = withDefault(emptyActionConfig, {});

export const transferCallConfig = z.object({ phone_number: phoneNumberText });
// Vocode's documentation once names the field so.
const transferConfig = z.preprocess((value) => {
  if (typeof value !== 'object' || value === null || 'phone_number' in value) return value;
  return 'transfer_phone_number' in value ? { phone_number: value.transfer_phone_number } : value;
}, transferCallConfig);

export const addToConferenceConfig = z.object({
  phone_number: phoneNumberText,
  place_primary_on_hold: withDefault(laxBoolean, true),
});

const maxSchemaChars = 32 * 1024;
const maxSchemaDepth = 20;
const schemaText = text(maxSchemaChars);

/** A JSON Schema of an object: what the model has to supply. */
export const externalActionInputSchema = z
  .looseObject({ type: z.literal('object') })
  .refine((schema) => isPlainJson(schema, maxSchemaDepth), {
    error: `must have at most ${maxSchemaDepth} levels, and no NUL characters or halves of surrogate pairs`,
    abort: true,
  })
  .refine((schema) => JSON.stringify(schema).length <= maxSchemaChars, {
    error: `must not hold more than ${maxSchemaChars} characters`,
  });

const externalConfigFields = {
  processing_mode: withDefault(z.literal('muted'), 'muted'),
  /** Any text; whoever offers it to a model makes a function's name of it. */
  name: text(200).min(1),
  description: text(5_000),
  url: httpUrl,
  input_schema: externalActionInputSchema,
  speak_on_send: laxBoolean,
  speak_on_receive: laxBoolean,
};

/** As clients send it, in updates too. A missing secret is made in a creation, and stays as it is in an update. */
export const externalActionConfig = z.object({
  ...externalConfigFields,
  signature_secret: patch(hmacKeyText),
});
/**
 * As it travels and is stored: sealed to (`actions`, the action's id, `signature_secret`) by the gateway, which makes
 * the secret when the client gave none.
 */
const externalDraftConfig = z.object({ ...externalConfigFields, signature_secret: sealedText });
const externalPatchConfig = externalDraftConfig.extend({ signature_secret: sealedText.optional() });

const shapeOf = <T extends string, C extends z.ZodType, G extends z.ZodType>(
  type: T,
  config: C,
  trigger: G,
) => z.object({ type: z.literal(type), config, action_trigger: trigger });

export const endConversationActionParams = shapeOf('action_end_conversation', emptyConfig, anyTrigger);
export const dtmfActionParams = shapeOf('action_dtmf', emptyConfig, functionTrigger);
export const transferCallActionParams = shapeOf('action_transfer_call', transferConfig, anyTrigger);
export const setHoldActionParams = shapeOf('action_set_hold', emptyConfig, anyTrigger);
export const addToConferenceActionParams = shapeOf(
  'action_add_to_conference',
  addToConferenceConfig,
  anyTrigger,
);
export const externalActionParams = shapeOf('action_external', externalActionConfig, functionTrigger);
const externalActionDraft = shapeOf('action_external', externalDraftConfig, functionTrigger);

/** What an agent may do in a call, beside talking, as a client sends it. */
export const actionParams = z.discriminatedUnion('type', [
  endConversationActionParams,
  dtmfActionParams,
  transferCallActionParams,
  setHoldActionParams,
  addToConferenceActionParams,
  externalActionParams,
]);

/** The same as it travels inside. */
export const actionDraft = z.discriminatedUnion('type', [
  endConversationActionParams,
  dtmfActionParams,
  transferCallActionParams,
  setHoldActionParams,
  addToConferenceActionParams,
  externalActionDraft,
]);

const unlessGiven = { ...leavesAloneWhenEmpty, defaultsTo: {} };
const anyTriggerPatch = patch(actionTrigger).meta(unlessGiven);
const functionTriggerPatch = patch(functionCallActionTrigger).meta(unlessGiven);
const emptyConfigPatch = patch(emptyActionConfig);

export const endConversationActionUpdateParams = shapeOf(
  'action_end_conversation',
  emptyConfigPatch,
  anyTriggerPatch,
);
export const dtmfActionUpdateParams = shapeOf('action_dtmf', emptyConfigPatch, functionTriggerPatch);
export const transferCallActionUpdateParams = shapeOf(
  'action_transfer_call',
  patch(transferConfig),
  anyTriggerPatch,
);
export const setHoldActionUpdateParams = shapeOf('action_set_hold', emptyConfigPatch, anyTriggerPatch);
export const addToConferenceActionUpdateParams = shapeOf(
  'action_add_to_conference',
  patch(addToConferenceConfig),
  anyTriggerPatch,
);
export const externalActionUpdateParams = shapeOf(
  'action_external',
  patch(externalActionConfig),
  functionTriggerPatch,
);

/** A partial update of an action, of the type that it has. Its `config` comes whole. */
export const actionUpdateParams = z.discriminatedUnion('type', [
  endConversationActionUpdateParams,
  dtmfActionUpdateParams,
  transferCallActionUpdateParams,
  setHoldActionUpdateParams,
  addToConferenceActionUpdateParams,
  externalActionUpdateParams,
]);

/** The same as it travels inside. */
export const actionPatch = z.discriminatedUnion('type', [
  endConversationActionUpdateParams,
  dtmfActionUpdateParams,
  transferCallActionUpdateParams,
  setHoldActionUpdateParams,
  addToConferenceActionUpdateParams,
  shapeOf('action_external', patch(externalPatchConfig), functionTriggerPatch),
]);

export const endConversationAction = endConversationActionParams.extend(owned.shape);
export const dtmfAction = dtmfActionParams.extend(owned.shape);
export const transferCallAction = transferCallActionParams.extend(owned.shape);
export const setHoldAction = setHoldActionParams.extend(owned.shape);
export const addToConferenceAction = addToConferenceActionParams.extend(owned.shape);
export const externalAction = externalActionDraft.extend(owned.shape);

export const action = z.discriminatedUnion('type', [
  endConversationAction,
  dtmfAction,
  transferCallAction,
  setHoldAction,
  addToConferenceAction,
  externalAction,
]);

function isPlainJson(value: unknown, levels: number): boolean {
  if (typeof value === 'string') return isSchemaText(value);
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  return Object.entries(value).every(([key, child]) => isSchemaText(key) && isPlainJson(child, levels - 1));
}

function isSchemaText(value: string): boolean {
  return schemaText.safeParse(value).success;
}

export type ActionParams = z.output<typeof actionParams>;
export type ActionUpdateParams = z.output<typeof actionUpdateParams>;
export type ActionDraft = z.output<typeof actionDraft>;
export type ActionPatch = z.output<typeof actionPatch>;
export type Action = z.output<typeof action>;
