import { SAMPLE_RATE_HZ } from './mulaw';

/** How the samples of a WAV file are stored: 16-bit linear (little endian) or G.711 µ-law. */
export type WavEncoding = 'pcm16' | 'mulaw';

/** What a WAV file holds. */
export interface WavFormat {
  readonly encoding: WavEncoding;
  /** 2 for a call: interleaved, the first channel left. */
  readonly channels: number;
  /** 8000 unless given. */
  readonly sampleRateHz?: number;
}

const FORMAT_CODES = { pcm16: 1, mulaw: 7 } as const;

/**
 * The head of a WAV file whose samples take `dataBytes` bytes; the samples follow it, and one zero byte when
 * `dataBytes` is odd. 44 bytes for PCM; 58 for µ-law, whose format has an extension and a `fact` chunk.
 * @see Microsoft, Multimedia Programming Interface and Data Specifications 1.0; RFC 2361
 */
export function wavHeader(format: WavFormat, dataBytes: number): Uint8Array {
  const { encoding, channels, sampleRateHz = SAMPLE_RATE_HZ } = format;
  const sampleBytes = encoding === 'pcm16' ? 2 : 1;
  const extended = encoding === 'mulaw';
  const header = new Uint8Array(extended ? 58 : 44);
  const view = new DataView(header.buffer);
  writeText(header, 0, 'RIFF');
  view.setUint32(4, header.length - 8 + dataBytes + (dataBytes % 2), true);
  writeText(header, 8, 'WAVEfmt ');
  view.setUint32(16, extended ? 18 : 16, true);
  view.setUint16(20, FORMAT_CODES[encoding], true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * channels * sampleBytes, true);
  view.setUint16(32, channels * sampleBytes, true);
  view.setUint16(34, sampleBytes * 8, true);
  if (extended) {
    writeText(header, 38, 'fact');
    view.setUint32(42, 4, true);
    view.setUint32(46, Math.floor(dataBytes / channels), true);
  }
  writeText(header, header.length - 8, 'data');
  view.setUint32(header.length - 4, dataBytes, true);
  return header;
}

/** Left and right as one run of interleaved little-endian 16-bit samples; the shorter side ends in silence. */
export function interleavePcm16(left: Int16Array, right: Int16Array): Uint8Array {
  const length = Math.max(left.length, right.length);
  const out = new Uint8Array(length * 4);
  const view = new DataView(out.buffer);
  for (let i = 0; i < length; i++) {
    view.setInt16(i * 4, left[i] ?? 0, true);
    view.setInt16(i * 4 + 2, right[i] ?? 0, true);
  }
  return out;
}

function writeText(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
}
