import { FRAME_BYTES } from '@parley/audio';
import fc from 'fast-check';
import { MAX_BUFFERED_BYTES, PlayOut } from './play-out';

const frame = Buffer.alloc(FRAME_BYTES);

it('plays what it gets, whatever its pieces, and silence after it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 20 }), (sizes) => {
      const playOut = new PlayOut();
      let next = 0;
      const pieces = sizes.map((size) => Buffer.from(Array.from({ length: size }, () => next++ % 255)));
      for (const piece of pieces) playOut.push(piece);
      const all = Buffer.concat(pieces);
      const played: Buffer[] = [];
      while (playOut.bufferedBytes > 0) {
        playOut.read(frame);
        played.push(Buffer.from(frame));
      }
      const out = Buffer.concat(played);
      expect(out.subarray(0, all.length)).toEqual(all);
      expect(out.subarray(all.length).every((byte) => byte === 0xff)).toBe(true);
    }),
  );
});

it('gives a mark back when everything before it was played, and not earlier', () => {
  const playOut = new PlayOut();
  playOut.push(Buffer.alloc(FRAME_BYTES * 2 + 10));
  expect(playOut.mark('a')).toBe(false);
  playOut.push(Buffer.alloc(FRAME_BYTES));
  expect(playOut.mark('b')).toBe(false);
  const due: (string | undefined)[] = [];
  for (let i = 0; i < 5; i++) {
    due.push(playOut.takeDueMark());
    playOut.read(frame);
  }
  expect(due).toEqual([undefined, undefined, undefined, 'a', 'b']);
  expect(playOut.takeDueMark()).toBeUndefined();
});

it('gives a mark back at once when nothing waits', () => {
  const playOut = new PlayOut();
  expect(playOut.mark('a')).toBe(true);
  playOut.push(Buffer.alloc(FRAME_BYTES));
  playOut.mark('b');
  playOut.read(frame);
  // "b" is due but not taken yet; "c" must not overtake it.
  expect(playOut.mark('c')).toBe(false);
  expect([playOut.takeDueMark(), playOut.takeDueMark()]).toEqual(['b', 'c']);
});

it('clears audio and gives the marks back in order', () => {
  const playOut = new PlayOut();
  playOut.push(Buffer.alloc(1_000));
  playOut.mark('a');
  playOut.mark('b');
  playOut.read(frame);
  expect(playOut.clear()).toEqual({ droppedBytes: 1_000 - FRAME_BYTES, marks: ['a', 'b'] });
  expect(playOut.read(frame)).toBe(0);
  playOut.push(Buffer.alloc(FRAME_BYTES, 7));
  expect(playOut.read(frame)).toBe(FRAME_BYTES);
  expect(frame[0]).toBe(7);
  expect(playOut.playedMs).toBe(40);
});

it('holds ten minutes', () => {
  const playOut = new PlayOut();
  expect(playOut.push(Buffer.alloc(MAX_BUFFERED_BYTES))).toBe(true);
  expect(playOut.push(Buffer.alloc(1))).toBe(false);
  expect(playOut.bufferedBytes).toBe(MAX_BUFFERED_BYTES);
});

it('swaps two frames', () => {
  const playOut = new PlayOut();
  for (const value of [1, 2, 3]) playOut.push(Buffer.alloc(FRAME_BYTES, value));
  playOut.swapFrames(2);
  const order = [0, 0, 0].map(() => {
    playOut.read(frame);
    return frame[0];
  });
  expect(order).toEqual([3, 2, 1]);
});
