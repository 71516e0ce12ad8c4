import type { VoiceSettings } from '@parley/conversation';
import { numberDial } from '../synthesis/own-voice';

/** Azure takes half to double the speed, and half to one and a half times the pitch. */
const RATE_PERCENT = { min: -50, max: 100 };
const PITCH_PERCENT = { min: -50, max: 50 };
/** What XML 1.0 cannot hold, not even escaped. */
// eslint-disable-next-line no-control-regex -- control characters are what is sought
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/**
 * `text` as Azure's SSML: nothing in it is taken for a mark. The dials `rate` and `pitch` are changes in percent.
 * @see https://learn.microsoft.com/azure/ai-services/speech-service/speech-synthesis-markup-voice
 */
export function ssml(text: string, voice: VoiceSettings, voiceName: string): string {
  const rate = numberDial(voice, 'rate', RATE_PERCENT.min, RATE_PERCENT.max);
  const pitch = numberDial(voice, 'pitch', PITCH_PERCENT.min, PITCH_PERCENT.max);
  const changes = [
    ...(rate === undefined ? [] : [`rate='${percent(rate)}'`]),
    ...(pitch === undefined ? [] : [`pitch='${percent(pitch)}'`]),
  ].join(' ');
  const words = escaped(text);
  return (
    `<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' xml:lang='${escaped(localeOf(voiceName, voice))}'>` +
    `<voice name='${escaped(voiceName)}'>` +
    (changes === '' ? words : `<prosody ${changes}>${words}</prosody>`) +
    `</voice></speak>`
  );
}

/** A voice's name begins with its locale, e.g. `en-US-AvaNeural`. */
function localeOf(voiceName: string, voice: VoiceSettings): string {
  return /^[a-z]{2,3}-(?:[A-Z][a-z]{3}-)?[A-Z]{2}(?=-)/.exec(voiceName)?.[0] ?? voice.language;
}

function percent(value: number): string {
  return `${value < 0 ? '' : '+'}${value}%`;
}

function escaped(text: string): string {
  return text
    .replace(NOT_XML, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
