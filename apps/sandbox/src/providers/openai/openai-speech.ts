import { z } from 'zod';
import { parseJson } from '../provider-server';
import { jsonRefusal, SpeechKind } from '../speech/speech-kind';
import { refusal as refusalBody } from './chat-body';

const voices = [
  ...['alloy', 'ash', 'ballad', 'coral', 'echo', 'fable', 'onyx', 'nova', 'sage', 'shimmer', 'verse'],
  ...['marin', 'cedar'],
] as const;
const body = z.object({
  model: z.string().min(1),
  voice: z.enum(voices),
  input: z.string().min(1).max(4096),
  instructions: z.string().max(4096).optional(),
  /** The one format here; the real one has more, none of them µ-law. */
  response_format: z.literal('pcm'),
  speed: z.number().min(0.25).max(4).optional(),
  stream_format: z.literal('audio').optional(),
});

/** `POST [/v1]/audio/speech`: samples at 24 kHz. */
export const openAiSpeech: SpeechKind = {
  provider: 'openai',
  contentType: 'audio/pcm',
  encoding: 'pcm_24000',
  keyOf: ({ authorization }) => /^Bearer (.+)$/i.exec(authorization ?? '')?.[1],
  read: ({ body: text }) => {
    const parsed = body.safeParse(parseJson(text));
    if (parsed.success) return parsed.data.input;
    const issue = parsed.error.issues[0];
    return jsonRefusal(400, refusalBody(400, issue?.path.join('.') ?? null, issue?.message));
  },
  refusal: (status) => jsonRefusal(status, refusalBody(status)),
};
