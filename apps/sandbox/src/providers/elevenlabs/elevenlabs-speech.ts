import { parseJson } from '../provider-server';
import { jsonRefusal, SpeechKind } from '../speech/speech-kind';
import { refusalAnswer, speechBody, validationAnswer } from './elevenlabs-body';

/** `POST /v1/text-to-speech/{voice}[/stream]?output_format=ulaw_8000`. */
export const elevenLabsSpeech: SpeechKind = {
  provider: 'eleven_labs',
  contentType: 'audio/basic',
  encoding: 'mulaw_8000',
  keyOf: (headers) => [headers['xi-api-key']].flat()[0],
  read: ({ url, body }) => {
    if (url.searchParams.get('output_format') !== 'ulaw_8000') return refusal(400);
    const parsed = speechBody.safeParse(parseJson(body));
    return parsed.success ? parsed.data.text : jsonRefusal(422, validationAnswer(parsed.error));
  },
  refusal,
};

function refusal(status: number) {
  return jsonRefusal(status, refusalAnswer(status));
}
