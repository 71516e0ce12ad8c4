import { z } from 'zod';
import { speechBody } from './elevenlabs-body';

/** One message of the client on a multi-context socket. */
export const contextBody = z.strictObject({
  text: z.string().nullish(),
  context_id: z.string().optional(),
  voice_settings: speechBody.shape.voice_settings,
  generation_config: z.object({ chunk_length_schedule: z.array(z.number().min(50).max(500)) }).optional(),
  flush: z.boolean().optional(),
  close_context: z.boolean().optional(),
  close_socket: z.boolean().optional(),
});

export type ContextBody = z.output<typeof contextBody>;

const query = z.looseObject({
  model_id: z
    .string()
    .refine((id) => !id.startsWith('eleven_v3'))
    .optional(),
  output_format: z.literal('ulaw_8000'),
  inactivity_timeout: z.coerce.number().int().min(1).max(180).default(20),
  auto_mode: z.enum(['true', 'false']).optional(),
  sync_alignment: z.enum(['true', 'false']).default('false'),
});

/** What a socket is opened with; undefined when it would be refused. */
export function socketQuery(url: URL): { inactivityMs: number; aligned: boolean } | undefined {
  const parsed = query.safeParse(Object.fromEntries(url.searchParams)).data;
  if (!parsed) return undefined;
  return { inactivityMs: parsed.inactivity_timeout * 1000, aligned: parsed.sync_alignment === 'true' };
}
