import { AppError } from '@parley/kernel';

import { encodeMulaw, MULAW_SILENCE, SAMPLE_RATE_HZ } from './mulaw';

/** Frequencies of the rows of the keypad, in Hz, top down. */
export const DTMF_ROWS_HZ: readonly number[] = [697, 770, 852, 941];
/** Frequencies of the columns of the keypad, in Hz, from the left. */
export const DTMF_COLUMNS_HZ: readonly number[] = [1209, 1336, 1477, 1633];
/** The keys, row by row. */
export const DTMF_KEYS = '123A456B789C*0#D';

const TONE_SAMPLES = SAMPLE_RATE_HZ / 10;
const GAP_SAMPLES = SAMPLE_RATE_HZ / 10;
const WAIT_SAMPLES = SAMPLE_RATE_HZ / 2;
const RAMP_SAMPLES = SAMPLE_RATE_HZ / 200;
const AMPLITUDE = 0.25 * 32768;
const tones = new Map<string, Uint8Array>();

/**
 * In-band DTMF as 8 kHz µ-law: each digit 100 ms of tone and 100 ms of silence, both frequencies at 0.25 of full
 * scale, 5 ms ramps; `w` is 500 ms of silence. Takes 0–9, *, #, A–D and w, in either case; empty for no digits.
 * The result is a multiple of 20 ms.
 * @throws DTMF.BAD_DIGITS for anything else.  @see ITU-T Q.23, Q.24
 */
export function dtmfMulaw(digits: string): Uint8Array {
  const keys = digits.toUpperCase();
  if (!/^[0-9*#A-DW]*$/.test(keys)) {
    throw new AppError('invalid', 'DTMF.BAD_DIGITS', 'Digits may be 0–9, *, #, A–D, and w for a pause.');
  }
  let length = 0;
  for (const key of keys) length += key === 'W' ? WAIT_SAMPLES : TONE_SAMPLES + GAP_SAMPLES;
  const out = new Uint8Array(length).fill(MULAW_SILENCE);
  let at = 0;
  for (const key of keys) {
    if (key === 'W') at += WAIT_SAMPLES;
    else {
      out.set(toneOf(key), at);
      at += TONE_SAMPLES + GAP_SAMPLES;
    }
  }
  return out;
}

function toneOf(key: string): Uint8Array {
  const known = tones.get(key);
  if (known) return known;
  const index = DTMF_KEYS.indexOf(key);
  const row = (2 * Math.PI * (DTMF_ROWS_HZ[index >> 2] as number)) / SAMPLE_RATE_HZ;
  const column = (2 * Math.PI * (DTMF_COLUMNS_HZ[index & 3] as number)) / SAMPLE_RATE_HZ;
  const samples = new Int16Array(TONE_SAMPLES);
  for (let i = 0; i < TONE_SAMPLES; i++) {
    const ramp = Math.min(1, (i + 0.5) / RAMP_SAMPLES, (TONE_SAMPLES - i - 0.5) / RAMP_SAMPLES);
    samples[i] = Math.round(AMPLITUDE * ramp * (Math.sin(row * i) + Math.sin(column * i)));
  }
  const tone = encodeMulaw(samples);
  tones.set(key, tone);
  return tone;
}
