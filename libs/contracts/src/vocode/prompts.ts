import { z } from 'zod';
import {
  alsoAccepted,
  clearablePatch,
  httpUrl,
  orNull,
  owned,
  patch,
  text,
  uuid,
  withDefault,
} from '../fields';

const content = text(200_000);

export const collectField = z.object({
  field_type: z.literal('field_type_email'),
  label: text(500),
  name: text(500),
  description: orNull(text(2_000)),
});
const collectFields = z.array(collectField).max(50);

const contextKeys = z.array(text(200)).max(200);

/** What a prompt needs of a call's context: these keys. */
export const promptTemplateParams = z.object({
  label: withDefault(text(500), ''),
  required_context_keys: contextKeys,
});
export const promptTemplateUpdateParams = z.object({
  label: patch(text(500)),
  required_context_keys: patch(contextKeys),
});
export const promptTemplate = promptTemplateParams.extend(owned.shape);

/** The id of a stored template; the stored object itself, as answers have it, is taken by its id. */
export const promptTemplateRef = z
  .union([uuid, promptTemplate])
  .transform((given) => (typeof given === 'string' ? given : given.id).toLowerCase());

const alsoText = alsoAccepted(z.toJSONSchema(content));
const asContent = (value: unknown): unknown => (typeof value === 'string' ? { content: value } : value);

export const promptObjectParams = z.object({
  content: withDefault(content, ''),
  collect_fields: orNull(collectFields),
  context_endpoint: orNull(httpUrl),
  prompt_template: orNull(promptTemplateRef),
});
export const promptObjectUpdateParams = z.object({
  content: patch(content),
  collect_fields: clearablePatch(collectFields),
  context_endpoint: clearablePatch(httpUrl),
  prompt_template: clearablePatch(promptTemplateRef),
});

/** What the agent is told to be and to do. Plain text is accepted as its `content`. */
export const promptParams = z.preprocess(asContent, promptObjectParams).meta(alsoText);
export const promptUpdateParams = z.preprocess(asContent, promptObjectUpdateParams).meta(alsoText);

export const prompt = promptObjectParams.extend(owned.shape).extend({
  prompt_template: orNull(promptTemplate),
});
/** In a list: the template as its id. */
export const normalizedPrompt = promptObjectParams.extend(owned.shape);

export type PromptParams = z.output<typeof promptParams>;
export type PromptUpdateParams = z.output<typeof promptUpdateParams>;
export type Prompt = z.output<typeof prompt>;
export type NormalizedPrompt = z.output<typeof normalizedPrompt>;
export type PromptTemplateParams = z.output<typeof promptTemplateParams>;
export type PromptTemplate = z.output<typeof promptTemplate>;
