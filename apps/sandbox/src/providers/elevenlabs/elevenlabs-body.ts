import { z } from 'zod';

const unit = z.number().min(0).max(1);

/** The body of a request for speech, as far as the sandbox looks at it. */
export const speechBody = z.object({
  text: z.string().min(1),
  model_id: z.string().optional(),
  language_code: z.string().optional(),
  voice_settings: z
    .object({
      stability: unit.optional(),
      similarity_boost: unit.optional(),
      style: unit.optional(),
      use_speaker_boost: z.boolean().optional(),
      speed: z.number().min(0.7).max(1.2).optional(),
    })
    .nullish(),
});

/** The answer to a body that is wrong, as ElevenLabs words it. */
export function validationAnswer(error: z.ZodError): unknown {
  return {
    detail: error.issues.map((issue) => ({
      loc: ['body', ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))],
      msg: issue.message,
      type: issue.code === 'invalid_type' ? 'missing' : 'value_error',
    })),
  };
}

/** The answer to anything else that is refused. */
export function refusalAnswer(status: number): unknown {
  const [name, message] = refusals[status] ?? ['internal_error', 'An internal error occurred.'];
  return { detail: { status: name, message } };
}

const refusals: Readonly<Record<number, readonly [string, string]>> = {
  400: ['unsupported_output_format', 'This output format is not supported here.'],
  401: ['invalid_api_key', 'Invalid API key'],
  403: ['only_for_creator+', 'This is not part of your plan.'],
  404: ['voice_not_found', 'A voice with that id was not found.'],
  429: ['too_many_concurrent_requests', 'Too many concurrent requests.'],
  503: ['system_busy', 'The system is busy.'],
};
