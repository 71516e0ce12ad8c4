import { decodeMulaw, encodeMulaw, resampleTo8k } from '@parley/audio';
import fc from 'fast-check';
import { PcmDecoder } from './pcm-decoder';

const RATE_HZ = 24_000;
const AMPLITUDE = 16_000;

function bytesOf(samples: Int16Array): Uint8Array {
  const bytes = Buffer.alloc(samples.length * 2);
  samples.forEach((sample, i) => bytes.writeInt16LE(sample, i * 2));
  return bytes;
}

function decoded(pieces: readonly Uint8Array[]): Uint8Array {
  const decoder = new PcmDecoder(RATE_HZ);
  return Buffer.concat([...pieces.map((piece) => decoder.push(piece)), decoder.flush()]);
}

const tone = (hz: number) =>
  Int16Array.from({ length: RATE_HZ }, (_, i) =>
    Math.round(AMPLITUDE * Math.sin((2 * Math.PI * hz * i) / RATE_HZ)),
  );

/** Level of the middle part against the tone that went in, in dB. */
function levelDb(mulaw: Uint8Array): number {
  const samples = decodeMulaw(mulaw).subarray(mulaw.length / 4, (mulaw.length * 3) / 4);
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return 10 * Math.log10(Math.max(power, 1) / (AMPLITUDE ** 2 / 2));
}

test('the cut into pieces makes no difference, not even within a sample', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 20 }), (cuts) => {
      const total = cuts.reduce((sum, cut) => sum + cut, 0);
      const samples = Int16Array.from({ length: total >> 1 }, (_, i) => ((i * 7919) % 60_001) - 30_000);
      const bytes = Buffer.concat([bytesOf(samples), Buffer.alloc(total & 1, 0x7f)]);
      let at = 0;
      const pieces = cuts.map((cut) => bytes.subarray(at, (at += cut)));
      expect(decoded(pieces)).toEqual(Buffer.from(encodeMulaw(resampleTo8k(samples, RATE_HZ))));
    }),
  );
});

test.each([100, 1000, 2800, 3360])('a tone of %i Hz passes', (hz) => {
  expect(Math.abs(levelDb(decoded([bytesOf(tone(hz))])))).toBeLessThan(0.3);
});

// µ-law itself holds no more than about 38 dB beneath a tone; a tone alone that is stopped leaves nothing at all.
test.each([4200, 5000, 6000, 7600, 8000, 11_000])('a tone of %i Hz does not come back as another', (hz) => {
  expect(levelDb(decoded([bytesOf(tone(hz))]))).toBeLessThan(-50);
});

test('nothing gives nothing, and half a sample too', () => {
  expect(decoded([])).toHaveLength(0);
  expect(decoded([new Uint8Array(0), Uint8Array.of(7), new Uint8Array(0)])).toHaveLength(0);
});
