import fc from 'fast-check';

import { decodeMulaw, encodeMulaw, MULAW_SILENCE, mulawDurationMs } from './mulaw';

const samples = fc.array(fc.integer({ min: -32768, max: 32767 })).map((list) => Int16Array.from(list));
const everyByte = Uint8Array.from({ length: 256 }, (_, code) => code);

test.each([
  [0, 0xff],
  [-1, 0x7f],
  [8, 0xfe],
  [-8, 0x7e],
  [132, 0xef],
  [-132, 0x6f],
  [1000, 0xce],
  [-1000, 0x4e],
  [8059, 0xa0],
  [8060, 0x9f],
  [16251, 0x90],
  [16252, 0x8f],
  [-16252, 0x0f],
  [32767, 0x80],
  [-32768, 0x00],
])('golden: %i encodes as %i', (sample, code) => {
  expect(encodeMulaw(Int16Array.of(sample))).toEqual(Uint8Array.of(code));
});

test.each([
  [0xff, 0],
  [0x7f, 0],
  [0xfe, 8],
  [0x80, 32124],
  [0x00, -32124],
  [0x8f, 16764],
  [0xf0, 120],
  [0xef, 132],
])('golden: %i decodes as %i', (code, sample) => {
  expect(decodeMulaw(Uint8Array.of(code))[0]).toBe(sample);
});

test('every code survives decoding and encoding, but for the negative zero', () => {
  const back = encodeMulaw(decodeMulaw(everyByte));
  expect(back).toEqual(everyByte.map((code) => (code === 0x7f ? MULAW_SILENCE : code)));
});

test('a second round trip changes nothing', () => {
  fc.assert(
    fc.property(samples, (input) => {
      const once = decodeMulaw(encodeMulaw(input));
      expect(decodeMulaw(encodeMulaw(once))).toEqual(once);
    }),
  );
});

test('the error stays within half a step of the segment', () => {
  fc.assert(
    fc.property(fc.integer({ min: -32635, max: 32635 }), (sample) => {
      const back = decodeMulaw(encodeMulaw(Int16Array.of(sample)))[0]!;
      expect(Math.abs(back - sample)).toBeLessThanOrEqual(Math.max(4, (Math.abs(sample) + 132) / 32));
    }),
  );
});

test('writes into what it is given, and refuses what is too short', () => {
  const out = new Uint8Array(4).fill(7);
  expect(encodeMulaw(Int16Array.of(0, 0), out).buffer).toBe(out.buffer);
  expect(out).toEqual(Uint8Array.of(0xff, 0xff, 7, 7));
  expect(() => encodeMulaw(new Int16Array(5), out)).toThrow(RangeError);
  expect(() => decodeMulaw(new Uint8Array(5), new Int16Array(4))).toThrow(RangeError);
});

test('160 bytes last 20 ms', () => {
  expect(mulawDurationMs(160)).toBe(20);
});
