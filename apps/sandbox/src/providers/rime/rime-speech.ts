import { z } from 'zod';
import { parseJson } from '../provider-server';
import { jsonRefusal, SpeechKind } from '../speech/speech-kind';

const mist = ['mistv2', 'mistv3'] as const;
const body = z
  .object({
    text: z.string().min(1).max(500),
    speaker: z.string().regex(/^[a-z_]+$/),
    modelId: z.enum(['coda', ...mist]),
    lang: z.string().optional(),
    samplingRate: z.literal(8000),
    speedAlpha: z.number().positive().optional(),
    timeScaleFactor: z.number().positive().optional(),
    reduceLatency: z.boolean().optional(),
  })
  .refine(({ modelId, reduceLatency }) => reduceLatency === undefined || modelId === 'mistv2')
  .refine(({ modelId, speedAlpha }) => speedAlpha === undefined || mist.some((name) => name === modelId))
  .refine(({ modelId, lang = 'eng' }) => lang.length === (modelId === 'coda' ? 2 : 3));

/** `POST /v1/rime-tts`, the format by `Accept`. */
export const rimeSpeech: SpeechKind = {
  provider: 'rime',
  contentType: 'audio/PCMU',
  encoding: 'mulaw_8000',
  keyOf: ({ authorization }) => /^Bearer (.+)$/i.exec(authorization ?? '')?.[1],
  read: ({ headers, body: text }) => {
    if (headers.accept !== 'audio/PCMU' && headers.accept !== 'audio/x-mulaw') return refusal(400);
    return body.safeParse(parseJson(text)).data?.text ?? refusal(400);
  },
  refusal,
};

function refusal(status: number) {
  return jsonRefusal(status, { error: `refused with ${status}` });
}
