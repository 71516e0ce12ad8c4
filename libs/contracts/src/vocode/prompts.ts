import { z } from 'zod';
import { clearablePatch, owned, patch, uuid, withDefault } from '../fields';

const content = z.string().max(200_000);
const collectFields = z.array(
  z.object({
    field_type: z.literal('field_type_email'),
    label: z.string(),
    name: z.string(),
    description: z
      .string()
      .nullish()
      .transform((value) => value ?? null),
  }),
);
const contextEndpoint = z.url({ protocol: /^https?$/ }).max(2_000);

const asContent = (value: unknown): unknown => (typeof value === 'string' ? { content: value } : value);

const promptObject = z.object({
  content: withDefault(content, ''),
  collect_fields: collectFields.nullish().transform((value) => value ?? null),
  context_endpoint: contextEndpoint.nullish().transform((value) => value ?? null),
  prompt_template: uuid.nullish().transform((value) => value ?? null),
});

/** What the agent is told to be and to do. Plain text is accepted as its `content`. */
export const promptParams = z.preprocess(asContent, promptObject);
export const promptUpdateParams = z.preprocess(
  asContent,
  z.object({
    content: patch(content),
    collect_fields: clearablePatch(collectFields),
    context_endpoint: clearablePatch(contextEndpoint),
    prompt_template: clearablePatch(uuid),
  }),
);
export const prompt = promptObject.extend(owned.shape);

export type PromptParams = z.output<typeof promptParams>;
export type PromptUpdateParams = z.output<typeof promptUpdateParams>;
export type Prompt = z.output<typeof prompt>;
