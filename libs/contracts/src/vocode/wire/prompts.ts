import { z } from 'zod';
import { uuid } from '../../fields';
import { defaulted, mayBeLeftOut, owned } from './documented';

export const collectField = z.object({
  field_type: z.literal('field_type_email'),
  label: z.string(),
  name: z.string(),
  description: mayBeLeftOut(z.string().nullable()),
});
export const promptTemplate = owned.extend({
  label: mayBeLeftOut(defaulted(z.string(), '')),
  required_context_keys: z.array(z.string()),
});

const promptFields = {
  content: defaulted(z.string(), ''),
  collect_fields: z.array(collectField).nullable(),
  context_endpoint: z.string().nullable(),
};

export const prompt = owned.extend({ ...promptFields, prompt_template: promptTemplate.nullable() });
export const normalizedPrompt = owned.extend({ ...promptFields, prompt_template: uuid.nullable() });
/** A prompt that is no object of its own: lists may show one in its agent, though ours never do. */
export const promptParams = z.object({
  content: mayBeLeftOut(promptFields.content),
  collect_fields: mayBeLeftOut(promptFields.collect_fields),
  context_endpoint: mayBeLeftOut(promptFields.context_endpoint),
  prompt_template: mayBeLeftOut(z.union([uuid, promptTemplate]).nullable()),
});

export type Prompt = z.output<typeof prompt>;
export type NormalizedPrompt = z.output<typeof normalizedPrompt>;
