import { SAMPLE_RATE_HZ } from '@parley/audio';

import { SYMBOL_SAMPLES, TONES_HZ } from './word-code';

/** Samples between two measurements of the tones. */
export const HOP_SAMPLES = 10;
/** Hops of one symbol. */
export const HOPS_PER_SYMBOL = SYMBOL_SAMPLES / HOP_SAMPLES;
/** Samples by which a measurement lags behind the input. */
export const FILTER_DELAY_SAMPLES = 4;

const TONE_COUNT = TONES_HZ.length;
/** Where the pre-filter has its zeros: it takes speech away from the tones, which end in -17 dB side lobes else. */
const NOTCHES_HZ = [300, 900, 1500, 2150];
const filterTaps = designFilter();
const cosines = referenceTable(Math.cos);
const sines = referenceTable(Math.sin);

/**
 * Measures the amplitude of the eight tones over the last symbol's length, every `HOP_SAMPLES`. Works on exact hops:
 * `advance` takes `HOP_SAMPLES` samples. About 25 multiplications a sample; allocates nothing after its making.
 */
export class ToneBank {
  /** Amplitudes after the last `advance`, in units of a sample, in the order of `TONES_HZ`. */
  readonly amplitudes = new Float64Array(TONE_COUNT);

  /** Input with the filter's memory before it. */
  private readonly input = new Float64Array(filterTaps.length - 1 + HOP_SAMPLES);
  private readonly filtered = new Float64Array(HOP_SAMPLES);
  /** Contribution of each of the last hops, real and imaginary by turns. */
  private readonly hopSums = new Float64Array(HOPS_PER_SYMBOL * TONE_COUNT * 2);
  private readonly totals = new Float64Array(TONE_COUNT * 2);
  private hop = 0;

  advance(samples: Int16Array): void {
    this.filter(samples);
    for (let tone = 0; tone < TONE_COUNT; tone++) this.correlate(tone);
    this.hop = (this.hop + 1) % HOPS_PER_SYMBOL;
  }

  private filter(samples: Int16Array): void {
    const { input, filtered } = this;
    const memory = filterTaps.length - 1;
    input.copyWithin(0, HOP_SAMPLES);
    for (let i = 0; i < HOP_SAMPLES; i++) input[memory + i] = samples[i] as number;
    for (let i = 0; i < HOP_SAMPLES; i++) {
      let sum = 0;
      for (let tap = 0; tap <= memory; tap++) sum += (filterTaps[tap] as number) * (input[i + tap] as number);
      filtered[i] = sum;
    }
  }

  private correlate(tone: number): void {
    const { filtered, hopSums, totals } = this;
    const table = tone * SYMBOL_SAMPLES + this.hop * HOP_SAMPLES;
    let real = 0;
    let imaginary = 0;
    for (let i = 0; i < HOP_SAMPLES; i++) {
      const sample = filtered[i] as number;
      real += sample * (cosines[table + i] as number);
      imaginary += sample * (sines[table + i] as number);
    }
    const slot = (this.hop * TONE_COUNT + tone) * 2;
    const totalReal = (totals[tone * 2] as number) + real - (hopSums[slot] as number);
    const totalImaginary = (totals[tone * 2 + 1] as number) + imaginary - (hopSums[slot + 1] as number);
    hopSums[slot] = real;
    hopSums[slot + 1] = imaginary;
    totals[tone * 2] = totalReal;
    totals[tone * 2 + 1] = totalImaginary;
    this.amplitudes[tone] = Math.sqrt(totalReal * totalReal + totalImaginary * totalImaginary);
  }
}

function designFilter(): Float64Array {
  let taps = [1];
  for (const notchHz of NOTCHES_HZ) {
    const middle = -2 * Math.cos((2 * Math.PI * notchHz) / SAMPLE_RATE_HZ);
    const next = new Array<number>(taps.length + 2).fill(0);
    taps.forEach((tap, i) => {
      [1, middle, 1].forEach((factor, k) => (next[i + k] = (next[i + k] as number) + tap * factor));
    });
    taps = next;
  }
  return Float64Array.from(taps);
}

/** One symbol of each tone's reference, scaled so that the magnitude of a whole symbol's sum is the amplitude. */
function referenceTable(wave: (angle: number) => number): Float64Array {
  const table = new Float64Array(TONE_COUNT * SYMBOL_SAMPLES);
  TONES_HZ.forEach((toneHz, tone) => {
    const angle = (2 * Math.PI * toneHz) / SAMPLE_RATE_HZ;
    const gain = NOTCHES_HZ.reduce(
      (product, notchHz) =>
        product * 2 * Math.abs(Math.cos((2 * Math.PI * notchHz) / SAMPLE_RATE_HZ) - Math.cos(angle)),
      1,
    );
    for (let i = 0; i < SYMBOL_SAMPLES; i++) {
      table[tone * SYMBOL_SAMPLES + i] = (wave(angle * i) * 2) / SYMBOL_SAMPLES / gain;
    }
  });
  return table;
}
