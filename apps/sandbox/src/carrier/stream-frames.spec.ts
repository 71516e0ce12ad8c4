import fc from 'fast-check';
import { isFrameFault, readProductFrame } from './stream-frames';

const streamSid = 'MZ1';
const read = (frame: unknown, isBinary = false) =>
  readProductFrame(
    Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    isBinary,
    streamSid,
  );

it('takes the three frames', () => {
  expect(read({ event: 'media', streamSid, media: { payload: 'AQI=' } })).toEqual({
    event: 'media',
    payload: Buffer.from([1, 2]),
  });
  expect(read({ event: 'mark', streamSid, mark: { name: 'x' } })).toEqual({ event: 'mark', name: 'x' });
  expect(read({ event: 'clear', streamSid })).toEqual({ event: 'clear' });
});

it.each([
  ['binary', { event: 'clear', streamSid }, true, 31950],
  ['not JSON', 'clear', false, 31951],
  ['a list', [], false, 31951],
  ['null', null, false, 31951],
  ['no event', { streamSid }, false, 31951],
  ['an unknown event', { event: 'stop', streamSid }, false, 31951],
  ['no streamSid', { event: 'clear' }, false, 31951],
  ['another streamSid', { event: 'clear', streamSid: 'MZ2' }, false, 31951],
  ['an extra field', { event: 'clear', streamSid, sequenceNumber: '1' }, false, 31951],
  ['no payload', { event: 'media', streamSid, media: {} }, false, 31951],
  ['an extra inner field', { event: 'media', streamSid, media: { payload: '', track: 'x' } }, false, 31951],
  ['a payload that is no base64', { event: 'media', streamSid, media: { payload: 'A*==' } }, false, 31951],
  ['a payload of a wrong length', { event: 'media', streamSid, media: { payload: 'AQI' } }, false, 31951],
  ['a payload that is no text', { event: 'media', streamSid, media: { payload: 1 } }, false, 31951],
  ['a mark without a name', { event: 'mark', streamSid, mark: {} }, false, 31951],
  ['a name that is no text', { event: 'mark', streamSid, mark: { name: 1 } }, false, 31951],
] as const)('refuses %s', (_, frame, isBinary, error) => {
  expect(read(frame, isBinary)).toMatchObject({ error });
});

it('never throws, whatever comes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(isFrameFault(read(text))).toBe(true);
    }),
  );
});
