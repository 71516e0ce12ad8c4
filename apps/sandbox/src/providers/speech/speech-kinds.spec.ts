import { azureSpeech } from '../azure/azure-speech';
import { deepgramSpeech } from '../deepgram/deepgram-speech';
import { rimeSpeech } from '../rime/rime-speech';
import type { SpeechAsk, SpeechKind } from './speech-kind';

const ask = (body: string, headers: SpeechAsk['headers'], query = ''): SpeechAsk => ({
  url: new URL(`http://sandbox/${query}`),
  headers,
  body,
});
const outcome = (kind: SpeechKind, given: SpeechAsk) => {
  const read = kind.read(given);
  return typeof read === 'string' ? read : read.status;
};

describe('Azure', () => {
  const headers = {
    'content-type': 'application/ssml+xml',
    'x-microsoft-outputformat': 'raw-8khz-8bit-mono-mulaw',
    'user-agent': 'any',
  };
  const ssml = (inner: string, name = 'en-US-AvaNeural') =>
    `<speak version='1.0' xmlns='http://www.w3.org/2001/10/synthesis' xml:lang='en-US'>` +
    `<voice name='${name}'>${inner}</voice></speak>`;

  test.each([
    [ssml('Tom &amp; Jerry'), headers, 'Tom & Jerry'],
    [ssml(`<prosody rate='+15%' pitch='-5%'>Hi.</prosody>`), headers, 'Hi.'],
    [ssml(`<prosody rate='15'>Hi.</prosody>`), headers, 400],
    [ssml('<audio/>'), headers, 400],
    [ssml('Tom & Jerry'), headers, 400],
    [ssml('Hi.', 'nobody'), headers, 400],
    ['Hi.', headers, 400],
    [ssml('Hi.').replace(` version='1.0'`, ''), headers, 400],
    [ssml('Hi.'), { ...headers, 'content-type': 'text/plain' }, 415],
    [ssml('Hi.'), { ...headers, 'x-microsoft-outputformat': 'riff-8khz-8bit-mono-mulaw' }, 400],
    [ssml('Hi.'), { ...headers, 'user-agent': undefined }, 400],
  ])('%s', (body, given, wanted) => {
    expect(outcome(azureSpeech, ask(body, given))).toBe(wanted);
  });

  test('takes the key of its own header alone', () => {
    expect(azureSpeech.keyOf({ 'ocp-apim-subscription-key': 'k' })).toBe('k');
    expect(azureSpeech.keyOf({ authorization: 'Bearer k' })).toBeUndefined();
  });
});

describe('Rime', () => {
  const body = { text: 'Hi.', speaker: 'cove', modelId: 'mistv2', samplingRate: 8000 };
  const mulaw = { accept: 'audio/PCMU' };

  test.each([
    [{ lang: 'eng', speedAlpha: 0.9, reduceLatency: true }, mulaw, 'Hi.'],
    [{ modelId: 'coda', lang: 'en', timeScaleFactor: 1.1 }, { accept: 'audio/x-mulaw' }, 'Hi.'],
    [{ modelId: 'coda', reduceLatency: true }, mulaw, 400],
    [{ modelId: 'coda', speedAlpha: 1 }, mulaw, 400],
    [{ modelId: 'mist' }, mulaw, 400],
    [{ lang: 'en' }, mulaw, 400],
    [{ speaker: 'No One' }, mulaw, 400],
    [{ text: '' }, mulaw, 400],
    [{}, { accept: '*/*' }, 400],
  ])('%j %j', (more, headers, wanted) => {
    expect(outcome(rimeSpeech, ask(JSON.stringify({ ...body, ...more }), headers))).toBe(wanted);
  });
});

test.each([
  ['?model=aura-2-thalia-en&encoding=mulaw&sample_rate=8000&container=none', '{"text":"Hi."}', 'Hi.'],
  ['?model=aura-2-thalia-en&encoding=mulaw&sample_rate=8000', '{"text":"Hi."}', 400],
  ['?model=nova-3&encoding=mulaw&sample_rate=8000&container=none', '{"text":"Hi."}', 400],
  ['?model=aura-asteria-en&encoding=mulaw&sample_rate=8000&container=none', '{"text":"Hi.","x":1}', 400],
])('Deepgram %s %s', (query, body, wanted) => {
  expect(outcome(deepgramSpeech, ask(body, {}, query))).toBe(wanted);
});
