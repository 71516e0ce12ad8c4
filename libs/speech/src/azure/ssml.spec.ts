import type { VoiceSettings } from '@parley/conversation';
import { ssml } from './ssml';

const voice: VoiceSettings = {
  provider: 'azure',
  voiceId: null,
  model: null,
  apiKey: null,
  dials: {},
  language: 'en',
};
const speak = (lang: string, name: string, inner: string) =>
  `<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' xml:lang='${lang}'>` +
  `<voice name='${name}'>${inner}</voice></speak>`;

test.each([
  [{}, 'Hi.'],
  [{ rate: 15, pitch: 0 }, "<prosody rate='+15%' pitch='+0%'>Hi.</prosody>"],
  [{ rate: -5 }, "<prosody rate='-5%'>Hi.</prosody>"],
  [{ pitch: -7.5 }, "<prosody pitch='-7.5%'>Hi.</prosody>"],
  [{ rate: 900, pitch: -900 }, "<prosody rate='+100%' pitch='-50%'>Hi.</prosody>"],
  [{ rate: "5%' x='", pitch: Number.NaN }, 'Hi.'],
])('the dials %j', (dials, inner) => {
  expect(ssml('Hi.', { ...voice, dials }, 'en-US-AvaNeural')).toBe(speak('en-US', 'en-US-AvaNeural', inner));
});

test('nothing in the text is a mark, and what XML cannot hold is left out', () => {
  const text = `</voice><break time='9s'/> "Tom" & Jerry's \u0000\u001b\ud800 café 🎉\ttab`;
  expect(ssml(text, voice, 'de-DE-KatjaNeural')).toBe(
    speak(
      'de-DE',
      'de-DE-KatjaNeural',
      '&lt;/voice&gt;&lt;break time=&apos;9s&apos;/&gt; &quot;Tom&quot; &amp; Jerry&apos;s  café 🎉\ttab',
    ),
  );
});

test.each([
  ['sr-Latn-RS-NicholasNeural', 'sr-Latn-RS'],
  ['zh-CN-liaoning-XiaobeiNeural', 'zh-CN'],
  ['My own voice', 'en'],
  ["x' onload='", 'en'],
])('the language of %s is %s', (name, lang) => {
  const escaped = name.replaceAll("'", '&apos;');
  expect(ssml('Hi.', voice, name)).toBe(speak(lang, escaped, 'Hi.'));
});
