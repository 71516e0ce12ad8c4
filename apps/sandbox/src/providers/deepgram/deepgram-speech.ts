import { z } from 'zod';
import { parseJson } from '../provider-server';
import { jsonRefusal, SpeechKind } from '../speech/speech-kind';

const MODEL = /^aura(-2)?-[a-z]+-[a-z]{2}$/;
const body = z.strictObject({ text: z.string().min(1).max(2000) });
const codes: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'INVALID_AUTH',
  402: 'PAYMENT_REQUIRED',
  403: 'INSUFFICIENT_PERMISSIONS',
  429: 'TOO_MANY_REQUESTS',
};

/** `POST /v1/speak?model=aura-…&encoding=mulaw&sample_rate=8000&container=none`. */
export const deepgramSpeech: SpeechKind = {
  provider: 'deepgram',
  contentType: 'audio/mulaw',
  encoding: 'mulaw_8000',
  keyOf: ({ authorization }) => /^(?:Token|Bearer) (.+)$/i.exec(authorization ?? '')?.[1],
  read: ({ url: { searchParams }, body: text }) => {
    const format = ['encoding', 'sample_rate', 'container'].map((name) => searchParams.get(name)).join(' ');
    if (format !== 'mulaw 8000 none' || !MODEL.test(searchParams.get('model') ?? '')) return refusal(400);
    return body.safeParse(parseJson(text)).data?.text ?? refusal(400);
  },
  refusal,
};

function refusal(status: number) {
  return jsonRefusal(status, {
    err_code: codes[status] ?? 'INTERNAL_SERVER_ERROR',
    err_msg: 'The request cannot be served.',
    request_id: '00000000-0000-4000-8000-000000000000',
  });
}
