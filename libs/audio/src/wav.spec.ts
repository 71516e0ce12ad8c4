import fc from 'fast-check';

import { interleavePcm16, wavHeader } from './wav';

test('golden: the head of one second of stereo PCM', () => {
  expect(Buffer.from(wavHeader({ encoding: 'pcm16', channels: 2 }, 32_000)).toString('hex')).toBe(
    '52494646247d0000' + '57415645666d7420' + '1000000001000200401f0000007d000004001000' + '64617461007d0000',
  );
});

test('golden: the head of one second of stereo µ-law', () => {
  expect(Buffer.from(wavHeader({ encoding: 'mulaw', channels: 2 }, 16_000)).toString('hex')).toBe(
    '52494646b23e0000' +
      '57415645666d7420' +
      '1200000007000200401f0000803e0000020008000000' +
      '6661637404000000401f0000' +
      '64617461803e0000',
  );
});

test('the size of the whole is right for any length', () => {
  fc.assert(
    fc.property(fc.nat(1e9), fc.constantFrom('pcm16' as const, 'mulaw' as const), (dataBytes, encoding) => {
      const head = wavHeader({ encoding, channels: 1 }, dataBytes);
      const view = new DataView(head.buffer);
      expect(view.getUint32(4, true) + 8).toBe(head.length + dataBytes + (dataBytes % 2));
      expect(view.getUint32(head.length - 4, true)).toBe(dataBytes);
    }),
  );
});

test('interleaves two sides of different length', () => {
  const bytes = interleavePcm16(Int16Array.of(1, -2), Int16Array.of(256));
  expect([...bytes]).toEqual([1, 0, 0, 1, 0xfe, 0xff, 0, 0]);
});
