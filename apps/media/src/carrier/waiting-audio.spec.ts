import fc from 'fast-check';
import { WaitingAudio } from './waiting-audio';

test('pieces of any length come out as whole frames, in order and complete', () => {
  const piece = fc.uint8Array({ minLength: 0, maxLength: 900 });
  fc.assert(
    fc.property(fc.array(fc.tuple(piece, fc.integer({ min: 0, max: 6 })), { maxLength: 200 }), (moves) => {
      const waiting = new WaitingAudio(10_000_000);
      const given: number[] = [];
      const taken: number[] = [];
      for (const [bytes, frames] of moves) {
        waiting.push(bytes);
        given.push(...bytes);
        const run = waiting.take(frames);
        expect(run.length).toBe(Math.min(frames, Math.floor((given.length - taken.length) / 160)) * 160);
        taken.push(...run);
        expect(waiting.length).toBe(given.length - taken.length);
      }
      expect(taken).toEqual(given.slice(0, taken.length));
    }),
    { numRuns: 60 },
  );
});

test('audio of one piece is not copied', () => {
  const waiting = new WaitingAudio(1_000);
  const piece = new Uint8Array(500);
  waiting.push(piece);
  expect(waiting.take(2).buffer).toBe(piece.buffer);
});

test('what would not fit is refused whole', () => {
  const waiting = new WaitingAudio(1_000);
  waiting.push(new Uint8Array(900));
  expect(() => waiting.push(new Uint8Array(101))).toThrow(
    expect.objectContaining({ code: 'AUDIO.BUFFER_FULL' }),
  );
  expect(waiting.length).toBe(900);
  waiting.clear();
  expect(waiting.take(9)).toHaveLength(0);
});
