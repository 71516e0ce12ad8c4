import { encodeMulaw } from '@parley/audio';
import { soundingBytes } from './sounding-bytes';

/** A frame of a tone, so many dB below full scale. */
function tone(db: number): Uint8Array {
  const peak = 32_767 * 10 ** (db / 20);
  return encodeMulaw(Int16Array.from({ length: 160 }, (_, i) => Math.round(peak * Math.sin(i * 0.4))));
}

it.each([
  ['speech on a telephone', tone(-18), 160],
  ['quiet speech', tone(-26), 160],
  ['noise of a line', tone(-45), 0],
  ['silence', new Uint8Array(160).fill(0xff), 0],
  ['silence of the other sign', new Uint8Array(160).fill(0x7f), 0],
])('counts %s', (_name, frame, bytes) => {
  expect(soundingBytes(frame)).toBe(bytes);
});
