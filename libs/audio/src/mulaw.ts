/** Samples per second of every telephone leg. */
export const SAMPLE_RATE_HZ = 8000;
/** Length of one telephone frame. */
export const FRAME_MS = 20;
/** Bytes (= samples) of one µ-law frame of `FRAME_MS`. */
export const FRAME_BYTES = 160;
/** The µ-law byte that decodes to 0. */
export const MULAW_SILENCE = 0xff;

const BIAS = 0x84;
const CLIP = 32635;

const decodeTable = buildDecodeTable();
const encodeTable = buildEncodeTable();

function buildDecodeTable(): Int16Array {
  const table = new Int16Array(256);
  for (let code = 0; code < 256; code++) {
    const inverted = ~code & 0xff;
    const exponent = (inverted >> 4) & 7;
    const magnitude = ((((inverted & 0x0f) << 3) + BIAS) << exponent) - BIAS;
    table[code] = inverted & 0x80 ? -magnitude : magnitude;
  }
  return table;
}

function buildEncodeTable(): Uint8Array {
  const table = new Uint8Array(65536);
  for (let sample = -32768; sample < 32768; sample++) table[sample & 0xffff] = encodeSample(sample);
  return table;
}

function encodeSample(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const biased = Math.min(Math.abs(sample), CLIP) + BIAS;
  const exponent = 24 - Math.clz32(biased);
  const mantissa = (biased >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

/**
 * Encodes 16-bit linear samples as G.711 µ-law, one byte a sample. Writes into `out` when it is given (it must hold
 * at least `samples.length` bytes) and returns the part written; allocates only without `out`.
 * @throws RangeError when `out` is too short.  @see ITU-T G.711 (µ-law)
 */
export function encodeMulaw(samples: Int16Array, out = new Uint8Array(samples.length)): Uint8Array {
  const length = samples.length;
  if (out.length < length) throw new RangeError(`out holds ${out.length} bytes, ${length} are needed`);
  for (let i = 0; i < length; i++) out[i] = encodeTable[(samples[i] as number) & 0xffff] as number;
  return out.length === length ? out : out.subarray(0, length);
}

/**
 * Decodes G.711 µ-law to 16-bit linear samples (peaks at ±32124), one sample a byte. Writes into `out` when it is
 * given (at least `bytes.length` samples) and returns the part written; allocates only without `out`.
 * @throws RangeError when `out` is too short.  @see ITU-T G.711 (µ-law)
 */
export function decodeMulaw(bytes: Uint8Array, out = new Int16Array(bytes.length)): Int16Array {
  const length = bytes.length;
  if (out.length < length) throw new RangeError(`out holds ${out.length} samples, ${length} are needed`);
  for (let i = 0; i < length; i++) out[i] = decodeTable[bytes[i] as number] as number;
  return out.length === length ? out : out.subarray(0, length);
}

/** How long `byteLength` bytes of 8 kHz µ-law last, in ms (fractions kept). */
export function mulawDurationMs(byteLength: number): number {
  return (byteLength * 1000) / SAMPLE_RATE_HZ;
}
