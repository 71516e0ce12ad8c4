import fc from 'fast-check';

import { Resampler, resampleTo8k } from './resampler';

const AMPLITUDE = 16_000;
const tone = (hz: number, rateHz: number, seconds = 0.5) =>
  Int16Array.from({ length: rateHz * seconds }, (_, i) =>
    Math.round(AMPLITUDE * Math.sin((2 * Math.PI * hz * i) / rateHz)),
  );

/** Level of the middle part against the tone that went in, in dB. */
function levelDb(samples: Int16Array): number {
  const middle = samples.subarray(samples.length / 4, (samples.length * 3) / 4);
  const power = middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length;
  return 10 * Math.log10(Math.max(power, 1e-9) / (AMPLITUDE ** 2 / 2));
}

describe.each([22_050, 24_000, 16_000, 44_100, 48_000])('from %i Hz', (rateHz) => {
  test.each([100, 1000, 2500, 3300])('a tone of %i Hz passes unchanged', (hz) => {
    expect(Math.abs(levelDb(resampleTo8k(tone(hz, rateHz), rateHz)))).toBeLessThan(0.1);
  });

  test.each([4050, 4500, 5000, 6000, 7300, 7900])('a tone of %i Hz is at least 50 dB down', (hz) => {
    expect(levelDb(resampleTo8k(tone(hz, rateHz), rateHz))).toBeLessThan(-50);
  });

  test('the output stands where the input stood', () => {
    const out = resampleTo8k(tone(700, rateHz), rateHz);
    const wanted = tone(700, 8000);
    expect(out.length).toBe(wanted.length);
    for (let i = 500; i < 3500; i++) expect(Math.abs(out[i]! - wanted[i]!)).toBeLessThan(60);
  });
});

test('lower edges make it a low-pass', () => {
  const edges = { passHz: 2250, stopHz: 2600 };
  expect(levelDb(resampleTo8k(tone(2650, 22_050), 22_050, edges))).toBeLessThan(-50);
  expect(Math.abs(levelDb(resampleTo8k(tone(2200, 22_050), 22_050, edges)))).toBeLessThan(0.1);
});

test('the cut into pieces makes no difference, nor what went before a flush', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 20 }),
      fc.constantFrom(11_025, 16_000, 22_050, 24_000, 8000),
      (cuts, fromHz) => {
        const total = cuts.reduce((sum, cut) => sum + cut, 0);
        const input = Int16Array.from({ length: total }, (_, i) => ((i * 7919) % 20_001) - 10_000);
        const resampler = new Resampler({ fromHz });
        resampler.push(Int16Array.of(9000, -9000, 4000));
        resampler.flush();
        const out: number[] = [];
        let at = 0;
        for (const cut of cuts) {
          out.push(...resampler.push(input.subarray(at, at + cut)));
          at += cut;
        }
        out.push(...resampler.flush());
        expect(Int16Array.from(out)).toEqual(resampleTo8k(input, fromHz));
        expect(out.length).toBe(Math.ceil((total * 8000) / fromHz));
      },
    ),
    { numRuns: 50 },
  );
});

test.each([0, 3999, 16_000.5, 400_000, Number.NaN])('refuses a rate of %d Hz', (fromHz) => {
  expect(() => new Resampler({ fromHz })).toThrow(expect.objectContaining({ code: 'AUDIO.BAD_SAMPLE_RATE' }));
});

test.each([{ passHz: 3000, stopHz: 2000 }, { stopHz: 5000 }, { passHz: 0, stopHz: 2000 }])(
  'refuses the edges %j',
  (edges) => {
    expect(() => new Resampler({ fromHz: 16_000, ...edges })).toThrow(
      expect.objectContaining({ code: 'AUDIO.BAD_SAMPLE_RATE' }),
    );
  },
);
