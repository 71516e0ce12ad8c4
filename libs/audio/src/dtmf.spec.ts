import fc from 'fast-check';

import { DtmfDetector } from './dtmf-detector';
import { DTMF_KEYS, dtmfMulaw } from './dtmf-tones';
import { decodeMulaw, MULAW_SILENCE } from './mulaw';

const textOf = (digits: { digit: string }[]) => digits.map(({ digit }) => digit).join('');

test('a digit is 100 ms of tone and 100 ms of silence, w is 500 ms of silence', () => {
  const bytes = dtmfMulaw('5w');
  expect(bytes).toHaveLength(1600 + 4000);
  expect(bytes.subarray(800).every((byte) => byte === MULAW_SILENCE)).toBe(true);
  const peak = Math.max(...decodeMulaw(bytes.subarray(0, 800)).map(Math.abs));
  expect(peak).toBeGreaterThan(14_500);
  expect(peak).toBeLessThanOrEqual(16_764);
  expect(dtmfMulaw('')).toHaveLength(0);
});

test.each(['1x', '+1', ' ', '12,3', 'e'])('refuses %j', (digits) => {
  expect(() => dtmfMulaw(digits)).toThrow(expect.objectContaining({ code: 'DTMF.BAD_DIGITS' }));
});

test('every key is heard once, with its times', () => {
  const detector = new DtmfDetector();
  const digits = detector.push(decodeMulaw(dtmfMulaw(DTMF_KEYS)));
  expect(textOf(digits)).toBe(DTMF_KEYS);
  digits.forEach(({ startMs, endMs }, i) => {
    expect(Math.abs(startMs - i * 200)).toBeLessThan(20);
    expect(Math.abs(endMs - (i * 200 + 100))).toBeLessThan(20);
  });
});

test('digits survive any place, level and cut into pieces', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...DTMF_KEYS.split('')), minLength: 1, maxLength: 6 }),
      fc.integer({ min: 0, max: 500 }),
      fc.constantFrom(0.1, 0.3, 1, 1.9),
      fc.integer({ min: 1, max: 700 }),
      (keys, lead, gain, piece) => {
        const tones = decodeMulaw(dtmfMulaw(keys)).map((sample) => sample * gain);
        const samples = new Int16Array(lead + tones.length);
        samples.set(tones, lead);
        const detector = new DtmfDetector();
        const heard = [];
        for (let at = 0; at < samples.length; at += piece) {
          heard.push(...detector.push(samples.subarray(at, at + piece)));
        }
        heard.push(...detector.flush());
        expect(textOf(heard)).toBe(keys);
      },
    ),
    { numRuns: 40 },
  );
});

test('a tone that still sounds at the end is told by flush', () => {
  const detector = new DtmfDetector();
  expect(detector.push(decodeMulaw(dtmfMulaw('7').subarray(0, 700)))).toEqual([]);
  expect(textOf(detector.flush())).toBe('7');
  expect(detector.flush()).toEqual([]);
});

test('one tone alone, a short blip, noise and vowels are no digits', () => {
  const second = (wave: (i: number) => number) => Int16Array.from({ length: 8000 }, (_, i) => wave(i));
  const sine = (hz: number, i: number) => Math.sin((2 * Math.PI * hz * i) / 8000);
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647 - 0.5;
  const formants = (hz: number) =>
    Math.exp(-(((hz - 750) / 150) ** 2)) + Math.exp(-(((hz - 1300) / 180) ** 2));
  const vowel = (pitchHz: number) => {
    const levels = Array.from(
      { length: Math.floor(3400 / pitchHz) },
      (_, k) => formants((k + 1) * pitchHz) + 0.03,
    );
    return second((i) => {
      const vibrato = 1 + 0.02 * sine(5, i);
      return levels.reduce((sum, level, k) => sum + 5000 * level * sine((k + 1) * pitchHz * vibrato, i), 0);
    });
  };
  const others: Int16Array[] = [second((i) => 9000 * sine(697, i)), second(() => 20_000 * random())];
  for (let pitchHz = 90; pitchHz < 260; pitchHz += 26) others.push(vowel(pitchHz));
  others.push(decodeMulaw(dtmfMulaw('5').subarray(0, 160)));
  for (const samples of others) {
    const detector = new DtmfDetector();
    expect([...detector.push(samples), ...detector.push(new Int16Array(2000))]).toEqual([]);
  }
});
