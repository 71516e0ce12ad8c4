import fc from 'fast-check';

import { FrameBuffer } from './frame-buffer';
import { FRAME_BYTES, MULAW_SILENCE } from './mulaw';

const pieces = fc.array(fc.tuple(fc.uint8Array({ maxLength: 1500 }), fc.integer({ min: 0, max: 6 })), {
  maxLength: 30,
});

test('what comes out is what went in, in order, in whole frames, filled up with silence', () => {
  fc.assert(
    fc.property(pieces, (steps) => {
      const buffer = new FrameBuffer();
      const out: number[] = [];
      const input: number[] = [];
      for (const [piece, frames] of steps) {
        buffer.push(piece);
        input.push(...piece);
        const taken = buffer.take(frames);
        expect(taken.length % FRAME_BYTES).toBe(0);
        expect(taken.length).toBeLessThanOrEqual(frames * FRAME_BYTES);
        out.push(...taken);
        expect(buffer.length).toBe(input.length - out.length);
      }
      out.push(...buffer.flush());
      while (input.length % FRAME_BYTES !== 0) input.push(MULAW_SILENCE);
      expect(out).toEqual(input);
      expect(buffer.length).toBe(0);
    }),
  );
});

test('takes nothing while no frame is whole', () => {
  const buffer = new FrameBuffer();
  buffer.push(new Uint8Array(FRAME_BYTES - 1));
  expect(buffer.take(5)).toHaveLength(0);
  buffer.push(new Uint8Array(1));
  expect(buffer.take(5)).toHaveLength(FRAME_BYTES);
});

test('taken bytes are the taker’s own', () => {
  const buffer = new FrameBuffer();
  buffer.push(new Uint8Array(FRAME_BYTES).fill(1));
  const taken = buffer.take(1);
  buffer.push(new Uint8Array(FRAME_BYTES * 20).fill(2));
  expect(taken).toEqual(new Uint8Array(FRAME_BYTES).fill(1));
});

test('refuses what is too much, and keeps what it has', () => {
  const buffer = new FrameBuffer(FRAME_BYTES);
  buffer.push(new Uint8Array(100).fill(3));
  expect(() => buffer.push(new Uint8Array(61))).toThrow(
    expect.objectContaining({ code: 'AUDIO.BUFFER_FULL' }),
  );
  buffer.push(new Uint8Array(60).fill(4));
  expect(buffer.take(1).subarray(98, 102)).toEqual(Uint8Array.of(3, 3, 4, 4));
});

test('clear forgets', () => {
  const buffer = new FrameBuffer();
  buffer.push(new Uint8Array(500));
  buffer.clear();
  expect(buffer.flush()).toHaveLength(0);
});
