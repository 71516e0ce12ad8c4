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

/** ElevenLabs' name for what is wrong, or the fields that are. */
export function reasonOf(body: string): string | undefined {
  return jsonField(body, (json) => refusal.safeParse(json).data?.detail);
}
