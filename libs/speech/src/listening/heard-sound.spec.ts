import { HeardSound } from './heard-sound';

/** Pieces of sound (positive) and silence (negative), each so many ms. */
function after(...pieces: number[]): HeardSound {
  const heard = new HeardSound();
  for (const ms of pieces) heard.push(new Uint8Array(Math.abs(ms) * 8).fill(ms > 0 ? 0x10 : 0xff));
  return heard;
}

it.each([
  ['words', [600, -1_000], true],
  ['words with pauses', [200, -300, 200, -300, 200, -1_000], true],
  ['a long speech', [6_000, -500, 6_000, -1_000], true],
  ['a door', [200, -1_000], false],
  ['several doors', [200, -900, 200, -900, 200, -1_000], false],
  ['music', [16_000, -1_000], false],
  ['silence', [-5_000], false],
])('%s', (_name, pieces, looksSpoken) => {
  expect(after(...pieces).looksSpoken).toBe(looksSpoken);
});

it('counts from the last answer', () => {
  const heard = after(600, -100);
  expect([heard.soundMs, heard.quietMs]).toEqual([600, 100]);
  heard.answered();
  expect([heard.soundMs, heard.looksSpoken]).toEqual([0, false]);
  heard.push(new Uint8Array(8 * 20).fill(0x10));
  expect([heard.soundMs, heard.quietMs]).toEqual([20, 0]);
});
