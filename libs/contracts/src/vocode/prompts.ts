import { z } from 'zod';
import { clearablePatch, httpUrl, orNull, owned, patch, text, uuid, withDefault } from '../fields';

const content = text(200_000);
const collectFields = z
  .array(
    z.object({
      field_type: z.literal('field_type_email'),
      label: text(500),
      name: text(500),
      description: orNull(text(2_000)),
    }),
  )
  .max(50);

const asContent = (value: unknown): unknown => (typeof value === 'string' ? { content: value } : value);

const promptObject = z.object({
  content: withDefault(content, ''),
  collect_fields: orNull(collectFields),
  context_endpoint: orNull(httpUrl),
  prompt_template: orNull(uuid),
});

/** What the agent is told to be and to do. Plain text is accepted as its `content`. */
export const promptParams = z.preprocess(asContent, promptObject);
export const promptUpdateParams = z.preprocess(
  asContent,
  z.object({
    content: patch(content),
    collect_fields: clearablePatch(collectFields),
    context_endpoint: clearablePatch(httpUrl),
    prompt_template: clearablePatch(uuid),
  }),
);
export const prompt = promptObject.extend(owned.shape);

export type PromptParams = z.output<typeof promptParams>;
export type PromptUpdateParams = z.output<typeof promptUpdateParams>;
export type Prompt = z.output<typeof prompt>;
