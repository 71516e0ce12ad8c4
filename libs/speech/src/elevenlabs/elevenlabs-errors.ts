import { z } from 'zod';
import { jsonField } from '../synthesis/speech-errors';

const refusal = z.object({
  detail: z.union([
    z.object({ status: z.string() }).transform((detail) => detail.status),
    z
      .array(z.object({ loc: z.array(z.union([z.string(), z.number()])) }))
      .transform((issues) => `wrong: ${issues.map((issue) => issue.loc.join('.')).join(', ')}`),
    z.string(),
  ]),
});

/**
 * What a name means, in HTTP's terms: ElevenLabs answers 401 or 403 also for want of credit, and for a voice or a text
 * that it does not take. Undefined for one that is not known.
 */
export function statusOf(name: string): number | undefined {
  return meanings.find(([pattern]) => pattern.test(name.toLowerCase()))?.[1];
}

const meanings: readonly (readonly [RegExp, number])[] = [
  [/api.?key|unauth|authoriz|permission/, 401],
  [/quota|payment|credit/, 402],
  [/(^|_)rate_|too_many|busy|max_active|concurren/, 429],
  [/voice|model|valid|input|character|only_for|not_found|unsupported|policy/, 400],
];

/** ElevenLabs' name for what is wrong, or the fields that are. */
export function reasonOf(body: string): string | undefined {
  return jsonField(body, (json) => refusal.safeParse(json).data?.detail);
}
