import fc from 'fast-check';
import { FrameFault, parseFrame } from './twilio-frames';

const start = {
  event: 'start',
  sequenceNumber: '1',
  start: {
    accountSid: 'AC1',
    streamSid: 'MZ1',
    callSid: 'CA1',
    tracks: ['inbound'],
    mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
    customParameters: {},
  },
  streamSid: 'MZ1',
};
const media = (payload: unknown, more = {}) => ({
  event: 'media',
  sequenceNumber: '4',
  media: { track: 'inbound', chunk: '2', timestamp: '5', payload, ...more },
  streamSid: 'MZ1',
});
const parse = (frame: unknown) => parseFrame(JSON.stringify(frame));
const closeCodeOf = (run: () => unknown): number | undefined => {
  try {
    run();
    return undefined;
  } catch (error) {
    return error instanceof FrameFault ? error.closeCode : NaN;
  }
};

test('the frames of the protocol', () => {
  expect(parse({ event: 'connected', protocol: 'Call', version: '1.0.0' })).toEqual({ event: 'other' });
  expect(parse(start)).toEqual({ event: 'start', streamSid: 'MZ1', callSid: 'CA1' });
  expect(parse(media('//8='))).toEqual({ event: 'media', streamSid: 'MZ1', audio: Buffer.from([255, 255]) });
  expect(parse({ event: 'mark', sequenceNumber: 4, streamSid: 'MZ1', mark: { name: 'm1' } })).toEqual({
    event: 'mark',
    streamSid: 'MZ1',
    name: 'm1',
  });
  expect(parse({ event: 'dtmf', streamSid: 'MZ1', dtmf: { track: 'inbound_track', digit: '#' } })).toEqual({
    event: 'dtmf',
    streamSid: 'MZ1',
    digit: '#',
  });
  expect(parse({ event: 'stop', streamSid: 'MZ1', stop: {} })).toEqual({ event: 'stop', streamSid: 'MZ1' });
});

test('numbers where strings are usual, unknown events and other tracks do no harm', () => {
  const numbers = { ...media('AA==', { chunk: 2, timestamp: 5 }), sequenceNumber: 4 };
  expect(parse(numbers)).toMatchObject({ event: 'media' });
  expect(parse({ event: 'something_new', x: 1 })).toEqual({ event: 'other' });
  expect(parse(media('AA==', { track: 'outbound' }))).toEqual({ event: 'other' });
});

test.each([
  ['no JSON', '{"event":', 1007],
  ['no object', '"media"', 1007],
  ['null', 'null', 1007],
  ['no event', '{}', 1007],
  ['an event that is no text', '{"event":5}', 1007],
  ['media without media', '{"event":"media","streamSid":"MZ1"}', 1007],
  ['media without a stream', JSON.stringify({ ...media('AA=='), streamSid: undefined }), 1007],
  ['a payload that is no text', JSON.stringify(media(5)), 1007],
  ['an empty payload', JSON.stringify(media('')), 1007],
  ['a payload that is not base64', JSON.stringify(media('!!!!')), 1007],
  ['a payload of broken length', JSON.stringify(media('AAA')), 1007],
  ['a mark without a name', '{"event":"mark","streamSid":"MZ1","mark":{}}', 1007],
  ['a key that is no text', '{"event":"dtmf","streamSid":"MZ1","dtmf":{"digit":{}}}', 1007],
  ['a start of two streams', JSON.stringify({ ...start, streamSid: 'MZ2' }), 1008],
  [
    'audio of another kind',
    JSON.stringify({ ...start, start: { ...start.start, mediaFormat: { encoding: 'audio/x-l16' } } }),
    1003,
  ],
])('%s is refused', (_, text, code) => {
  expect(closeCodeOf(() => parseFrame(text))).toBe(code);
});

test('whatever comes, it is a frame or a fault', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(closeCodeOf(() => parseFrame(text))).not.toBeNaN();
    }),
  );
});
