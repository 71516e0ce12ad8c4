import { DTMF_COLUMNS_HZ, DTMF_KEYS, DTMF_ROWS_HZ } from './dtmf-tones';
import { SAMPLE_RATE_HZ } from './mulaw';

/** One digit that was heard; times in ms since the detector's first sample, right to about 15 ms. */
export interface DetectedDigit {
  readonly digit: string;
  readonly startMs: number;
  readonly endMs: number;
}

const WINDOW_SAMPLES = 205;
const HOP_SAMPLES = 103;
/** Windows in a row that must agree: a tone counts from 40 ms on. */
const WINDOWS_ON = 2;
/** Windows in a row without the digit that end it: the same key pressed again needs 25 ms of gap. */
const WINDOWS_OFF = 2;
/** Least amplitude of each tone: -36 dB of full scale. */
const LEAST_AMPLITUDE = 500;
/** The two tones must be this part of all energy in the window; speech and music spread theirs. */
const LEAST_PURITY = 0.82;
/** Most difference of the two tones: 8 dB. */
const MOST_TWIST = 2.5;
/** A tone must be this much louder than the next of its group. */
const LEAST_LEAD = 2.5;

const tonesHz = [...DTMF_ROWS_HZ, ...DTMF_COLUMNS_HZ];
const coefficients = Float64Array.from(tonesHz, (hz) => 2 * Math.cos((2 * Math.PI * hz) / SAMPLE_RATE_HZ));

/**
 * Hears DTMF digits in a stream of 8 kHz samples, however it is cut into pieces: Goertzel filters over 205 samples,
 * overlapping by half. A digit is told when it ends. Does not fire on speech: both tones must hold nearly all energy
 * for 40 ms.
 */
export class DtmfDetector {
  private readonly window = new Float64Array(WINDOW_SAMPLES);
  private fill = 0;
  private sampleCount = 0;
  private readonly powers = new Float64Array(8);
  private candidate = '';
  private candidateWindows = 0;
  private missedWindows = 0;
  private startSample = 0;
  private endSample = 0;

  /** Takes the next samples, any number; returns the digits that ended in them. */
  push(samples: Int16Array): DetectedDigit[] {
    const digits: DetectedDigit[] = [];
    for (let i = 0; i < samples.length; i++) {
      this.window[this.fill++] = samples[i] as number;
      this.sampleCount++;
      if (this.fill < WINDOW_SAMPLES) continue;
      this.judge(this.keyOfWindow(), digits);
      this.window.copyWithin(0, HOP_SAMPLES);
      this.fill = WINDOW_SAMPLES - HOP_SAMPLES;
    }
    return digits;
  }

  /** The digit that still sounds when the stream ends, if one does; then begins anew with the next sample. */
  flush(): DetectedDigit[] {
    const digits: DetectedDigit[] = [];
    this.end(digits);
    this.fill = 0;
    return digits;
  }

  private judge(key: string, digits: DetectedDigit[]): void {
    if (key !== '' && key === this.candidate) {
      this.candidateWindows++;
      this.missedWindows = 0;
      this.endSample = this.sampleCount;
      return;
    }
    this.missedWindows++;
    if (key === '' && this.missedWindows < WINDOWS_OFF && this.candidateWindows >= WINDOWS_ON) return;
    this.end(digits);
    this.candidate = key;
    this.candidateWindows = key === '' ? 0 : 1;
    this.missedWindows = 0;
    this.startSample = this.sampleCount - WINDOW_SAMPLES;
    this.endSample = this.sampleCount;
  }

  private end(digits: DetectedDigit[]): void {
    if (this.candidate !== '' && this.candidateWindows >= WINDOWS_ON) {
      digits.push({
        digit: this.candidate,
        startMs: (this.startSample * 1000) / SAMPLE_RATE_HZ,
        endMs: (this.endSample * 1000) / SAMPLE_RATE_HZ,
      });
    }
    this.candidate = '';
    this.candidateWindows = 0;
  }

  private keyOfWindow(): string {
    const { window, powers } = this;
    let energy = 0;
    for (let i = 0; i < WINDOW_SAMPLES; i++) energy += (window[i] as number) ** 2;
    if (energy < LEAST_AMPLITUDE * LEAST_AMPLITUDE * WINDOW_SAMPLES) return '';
    for (let tone = 0; tone < 8; tone++) powers[tone] = goertzelPower(window, coefficients[tone] as number);
    const row = leader(powers, 0);
    const column = leader(powers, 4);
    if (row < 0 || column < 0) return '';
    const rowPower = powers[row] as number;
    const columnPower = powers[column] as number;
    const twist = Math.sqrt(rowPower / columnPower);
    if (twist > MOST_TWIST || twist * MOST_TWIST < 1) return '';
    // A tone of amplitude a has power (aN/2)² and energy a²N/2.
    const pure = ((rowPower + columnPower) * 2) / WINDOW_SAMPLES >= LEAST_PURITY * energy;
    return pure ? DTMF_KEYS.charAt(row * 4 + column - 4) : '';
  }
}

/** The tone of the group from `from` that leads it clearly; -1 when none does. */
function leader(powers: Float64Array, from: number): number {
  let best = from;
  for (let tone = from + 1; tone < from + 4; tone++) {
    if ((powers[tone] as number) > (powers[best] as number)) best = tone;
  }
  const limit = (powers[best] as number) / (LEAST_LEAD * LEAST_LEAD);
  for (let tone = from; tone < from + 4; tone++) {
    if (tone !== best && (powers[tone] as number) > limit) return -1;
  }
  return best;
}

function goertzelPower(window: Float64Array, coefficient: number): number {
  let older = 0;
  let newer = 0;
  for (let i = 0; i < WINDOW_SAMPLES; i++) {
    const next = (window[i] as number) + coefficient * newer - older;
    older = newer;
    newer = next;
  }
  return newer * newer + older * older - coefficient * newer * older;
}
