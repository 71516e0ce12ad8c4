/**
 * The word code: what makes a word of the sandbox's speech readable by a program, wherever and however it arrives.
 *
 * Signal. Mono, 8 kHz. A symbol lasts 100 samples (12.5 ms) and is the sum of two sine tones of equal amplitude
 * (`TONE_AMPLITUDE`, 0.03 of full scale each), both at phase 0 when the symbol begins:
 *
 *     low group   2800  2880  2960  3040 Hz      bits 3–2 of the symbol
 *     high group  3120  3200  3280  3360 Hz      bits 1–0 of the symbol
 *
 * All are multiples of 80 Hz, so each symbol holds whole periods: the tones are orthogonal over a symbol and run on
 * without a step from one symbol to the next. The first and last millisecond of a word are ramped. Speech that goes
 * with the code must stay below 2600 Hz.
 *
 * Frame. `sync | length | padding | text | fill | check`
 *
 *     sync     3 symbols: 0011, 0011, 1100. The only place where a symbol is followed by itself.
 *     length   2 digits: UTF-8 bytes of the text, 1–64
 *     padding  2 digits: number of fill digits, 0–224
 *     text     2 digits a byte: byte - 0x20
 *     fill     a fixed pseudo-random sequence; stretches the code over the whole of the spoken word
 *     check    4 digits: CRC-16/CCITT (initial 0xffff, one byte a digit) of all digits before, modulo 15⁴
 *
 * A digit has base 15, the more significant first. Digit d after symbol s is the symbol (s + 1 + d) mod 16: no symbol
 * follows itself, so every boundary is audible, and 12.5 ms is no divisor of the 20 ms frames of telephony. Hence a
 * frame that is lost, silent, doubled or moved leaves at least one symbol with a wrong or a second tone.
 *
 * Length: 11 + 2n symbols for n bytes; five letters take 262.5 ms. A word that was read was heard to its end.
 */
import { SAMPLE_RATE_HZ } from '@parley/audio';

import { frameSymbols } from './word-frame';

/** Samples of one symbol at 8 kHz. */
export const SYMBOL_SAMPLES = 100;
/** The eight tones in Hz, the low group first. */
export const TONES_HZ: readonly number[] = [2800, 2880, 2960, 3040, 3120, 3200, 3280, 3360];
/** Amplitude of each of the two tones that sound at once, in units of a 16-bit sample. */
export const TONE_AMPLITUDE = 983;

const RAMP_SAMPLES = 8;
const toneWaves = TONES_HZ.map((toneHz) =>
  Float64Array.from(
    { length: SYMBOL_SAMPLES },
    (_, i) => TONE_AMPLITUDE * Math.sin((2 * Math.PI * toneHz * i) / SAMPLE_RATE_HZ),
  ),
);

/**
 * The samples of one word's code, `word` as `normaliseWord` gives it, stretched to at least `minimumSamples`.
 * @throws VOICE.BAD_WORD when `word` cannot be carried.
 */
export function encodeWord(word: string, minimumSamples = 0): Int16Array {
  const symbols = frameSymbols(word, Math.ceil(minimumSamples / SYMBOL_SAMPLES));
  const samples = new Int16Array(symbols.length * SYMBOL_SAMPLES);
  symbols.forEach((symbol, index) => {
    const low = toneWaves[symbol >> 2] as Float64Array;
    const high = toneWaves[4 + (symbol & 3)] as Float64Array;
    for (let i = 0; i < SYMBOL_SAMPLES; i++) {
      samples[index * SYMBOL_SAMPLES + i] = Math.round((low[i] as number) + (high[i] as number));
    }
  });
  for (let i = 0; i < RAMP_SAMPLES; i++) {
    const gain = (i + 0.5) / RAMP_SAMPLES;
    const last = samples.length - 1 - i;
    samples[i] = Math.round((samples[i] as number) * gain);
    samples[last] = Math.round((samples[last] as number) * gain);
  }
  return samples;
}
