import { AppError } from '@parley/kernel';

import { SAMPLE_RATE_HZ } from './mulaw';

/** What a `Resampler` converts. */
export interface ResamplerOptions {
  /** Rate of the input in Hz, a whole number from 4000 to 192000. */
  readonly fromHz: number;
  /** Rate of the output in Hz; 8000 unless given. */
  readonly toHz?: number;
  /**
   * Nothing above this passes (60 dB down); half the lower rate unless given. A lower value makes the resampler a
   * low-pass as well.
   */
  readonly stopHz?: number;
  /** The highest frequency that passes whole; 85 % of `stopHz` unless given. */
  readonly passHz?: number;
}

const STOP_BAND_DB = 66;
const KAISER_BETA = 0.1102 * (STOP_BAND_DB - 8.7);
const MAX_PHASES = 8000;
/** Filters are made once for each ratio and pair of edges; more kinds than this are made anew each time. */
const MAX_KEPT_FILTERS = 16;
const keptFilters = new Map<string, Float64Array>();

/**
 * Changes the sample rate of a mono stream: a polyphase windowed-sinc filter (Kaiser, 66 dB) with linear phase. The
 * output is aligned with the input: the filter's delay is taken off, so `flush` returns what is still on its way and
 * n input samples give ceil(n · to / from) output samples. Keeps state between pushes; one instance a stream.
 *
 * @throws AUDIO.BAD_SAMPLE_RATE when a rate or edge cannot be served.
 */
export class Resampler {
  private readonly up: number;
  private readonly down: number;
  private readonly tapsPerPhase: number;
  /** Phase-major: the taps of phase p start at p · tapsPerPhase, newest sample first. */
  private readonly taps: Float64Array;
  private readonly history: Float64Array;
  /** Output position in steps of 1 / (from · up) s, relative to the newest sample of `history`; ≥ 0 waits for input. */
  private position: number;
  private newest = 0;
  private inputCount = 0;
  private outputCount = 0;

  constructor(options: ResamplerOptions) {
    const { fromHz, toHz = SAMPLE_RATE_HZ } = options;
    const stopHz = options.stopHz ?? Math.min(fromHz, toHz) / 2;
    const passHz = options.passHz ?? stopHz * 0.85;
    checkRates(fromHz, toHz, passHz, stopHz);
    const divisor = greatestCommonDivisor(fromHz, toHz);
    this.up = toHz / divisor;
    this.down = fromHz / divisor;
    if (this.up > MAX_PHASES) throw badRate(`no short ratio from ${fromHz} to ${toHz} Hz`);
    const widthRad = (2 * Math.PI * (stopHz - passHz)) / fromHz;
    const wanted = Math.ceil((STOP_BAND_DB - 7.95) / (2.285 * widthRad)) + 1;
    this.tapsPerPhase = Math.ceil(wanted / 4) * 4;
    this.taps = filterTaps(this.up, this.tapsPerPhase, (passHz + stopHz) / 2 / fromHz);
    this.history = new Float64Array(this.tapsPerPhase * 2);
    this.position = (this.tapsPerPhase / 2) * this.up;
  }

  /** Converts the next piece, of any length; returns the samples that are ready. */
  push(samples: Int16Array): Int16Array {
    const out = new Int16Array(Math.ceil(((samples.length + 1) * this.up) / this.down) + 1);
    let written = 0;
    for (const sample of samples) written = this.feed(sample, out, written);
    this.inputCount += samples.length;
    this.outputCount += written;
    return out.subarray(0, written);
  }

  /** The rest of the stream, after which the resampler starts anew. */
  flush(): Int16Array {
    const due = Math.ceil((this.inputCount * this.up) / this.down) - this.outputCount;
    const tail = this.push(new Int16Array(this.tapsPerPhase)).slice(0, Math.max(0, due));
    this.history.fill(0);
    this.position = (this.tapsPerPhase / 2) * this.up;
    this.newest = 0;
    this.inputCount = 0;
    this.outputCount = 0;
    return tail;
  }

  private feed(sample: number, out: Int16Array, from: number): number {
    const { history, tapsPerPhase, up } = this;
    this.newest = this.newest === 0 ? tapsPerPhase - 1 : this.newest - 1;
    // Each sample is written twice, so that a full window is always one straight run.
    history[this.newest] = sample;
    history[this.newest + tapsPerPhase] = sample;
    let written = from;
    this.position -= up;
    while (this.position < 0) {
      out[written++] = this.convolve(this.position + up);
      this.position += this.down;
    }
    return written;
  }

  private convolve(phase: number): number {
    const { history, taps, tapsPerPhase } = this;
    const tapOffset = phase * tapsPerPhase;
    // One sum would wait for its own last addition at every tap: 2.2 ms for a second of 24 kHz, 1.4 with four.
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let tap = tapOffset, at = this.newest; tap < tapOffset + tapsPerPhase; tap += 4, at += 4) {
      a += (taps[tap] as number) * (history[at] as number);
      b += (taps[tap + 1] as number) * (history[at + 1] as number);
      c += (taps[tap + 2] as number) * (history[at + 2] as number);
      d += (taps[tap + 3] as number) * (history[at + 3] as number);
    }
    return Math.max(-32768, Math.min(32767, Math.round(a + b + c + d)));
  }
}

/** A whole recording at once, converted to 8 kHz. The same promise and errors as `Resampler`. */
export function resampleTo8k(
  samples: Int16Array,
  fromHz: number,
  edges: Pick<ResamplerOptions, 'passHz' | 'stopHz'> = {},
): Int16Array {
  const resampler = new Resampler({ fromHz, ...edges });
  const body = resampler.push(samples);
  const tail = resampler.flush();
  const out = new Int16Array(body.length + tail.length);
  out.set(body);
  out.set(tail, body.length);
  return out;
}

function filterTaps(up: number, tapsPerPhase: number, cutoffCycles: number): Float64Array {
  const key = `${up}:${tapsPerPhase}:${cutoffCycles}`;
  const kept = keptFilters.get(key);
  if (kept) return kept;
  const taps = designTaps(up, tapsPerPhase, cutoffCycles);
  if (keptFilters.size < MAX_KEPT_FILTERS) keptFilters.set(key, taps);
  return taps;
}

function designTaps(up: number, tapsPerPhase: number, cutoffCycles: number): Float64Array {
  const taps = new Float64Array(up * tapsPerPhase);
  const half = tapsPerPhase / 2;
  const scale = besselI0(KAISER_BETA);
  for (let phase = 0; phase < up; phase++) {
    let sum = 0;
    for (let i = 0; i < tapsPerPhase; i++) {
      // Distance in input samples from the output's place to the i-th newest sample.
      const distance = i - half + phase / up;
      const edge = distance / half;
      const window = Math.abs(edge) >= 1 ? 0 : besselI0(KAISER_BETA * Math.sqrt(1 - edge * edge)) / scale;
      const tap = 2 * cutoffCycles * sinc(2 * cutoffCycles * distance) * window;
      taps[phase * tapsPerPhase + i] = tap;
      sum += tap;
    }
    for (let i = 0; i < tapsPerPhase; i++) {
      taps[phase * tapsPerPhase + i] = (taps[phase * tapsPerPhase + i] as number) / sum;
    }
  }
  return taps;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 40; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function checkRates(fromHz: number, toHz: number, passHz: number, stopHz: number): void {
  for (const rateHz of [fromHz, toHz]) {
    if (!Number.isInteger(rateHz) || rateHz < 4000 || rateHz > 192_000) throw badRate(`${rateHz} Hz`);
  }
  const limitHz = Math.min(fromHz, toHz) / 2;
  if (!(passHz > 0 && passHz < stopHz && stopHz <= limitHz)) {
    throw badRate(`edges ${passHz} and ${stopHz} Hz, limit ${limitHz} Hz`);
  }
}

function badRate(what: string): AppError {
  return new AppError('invalid', 'AUDIO.BAD_SAMPLE_RATE', `Cannot resample: ${what}.`);
}
