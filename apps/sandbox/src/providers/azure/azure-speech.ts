import { parseXml, XmlElement } from '../../carrier/xml';
import type { SpeechKind, SpeechRefusal } from '../speech/speech-kind';

const VOICE_NAME = /^[a-z]{2,3}(-[A-Z][a-z]{3})?-[A-Z]{2}-[\w-]+$/;
const CHANGE = /^[+-]\d+(\.\d+)?%$/;

/** `POST /cognitiveservices/v1` with SSML. */
export const azureSpeech: SpeechKind = {
  provider: 'azure',
  contentType: 'audio/basic',
  encoding: 'mulaw_8000',
  keyOf: (headers) => [headers['ocp-apim-subscription-key']].flat()[0],
  read: ({ headers, body }) => {
    if (!headers['content-type']?.startsWith('application/ssml+xml')) return refusal(415);
    if (headers['x-microsoft-outputformat'] !== 'raw-8khz-8bit-mono-mulaw') return refusal(400);
    if (!headers['user-agent'] || headers['user-agent'].length > 255) return refusal(400);
    return textOf(body) ?? refusal(400);
  },
  refusal,
};

/** Azure's refusals have no body. */
function refusal(status: number): SpeechRefusal {
  return { status, body: '', contentType: 'text/plain' };
}

/** The text within SSML of one voice; undefined when Azure would refuse it. */
function textOf(ssml: string): string | undefined {
  try {
    const speak = parseXml(ssml);
    const { version, xmlns } = speak.attributes;
    const [voice] = speak.children;
    if (speak.name !== 'speak' || version !== '1.0' || !speak.attributes['xml:lang'] || !voice)
      return undefined;
    if (xmlns !== 'http://www.w3.org/2001/10/synthesis') return undefined;
    if (voice.name !== 'voice' || !VOICE_NAME.test(voice.attributes['name'] ?? '')) return undefined;
    const [inner = voice] = voice.children;
    return changesAreRight(inner) ? inner.text : undefined;
  } catch {
    return undefined;
  }
}

function changesAreRight({ name, attributes }: XmlElement): boolean {
  if (name === 'voice') return true;
  return name === 'prosody' && Object.values(attributes).every((value) => CHANGE.test(value));
}
