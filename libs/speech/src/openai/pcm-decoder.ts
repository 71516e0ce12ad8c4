import { encodeMulaw, Resampler } from '@parley/audio';
import type { AudioDecoder } from '../synthesis/http-synthesizer';

/**
 * Headerless 16-bit samples (little-endian, mono) at `rateHz` as µ-law at 8 kHz. Pieces may be cut anywhere, also
 * within a sample; the filter's state goes on over every cut.
 */
export class PcmDecoder implements AudioDecoder {
  private readonly resampler: Resampler;
  /** The first half of a sample that was cut. */
  private lowByte: number | undefined;

  /** @throws AUDIO.BAD_SAMPLE_RATE */
  constructor(rateHz: number) {
    this.resampler = new Resampler({ fromHz: rateHz });
  }

  push(bytes: Uint8Array): Uint8Array {
    return encodeMulaw(this.resampler.push(this.samplesOf(bytes)));
  }

  /** The end of the audio; half a sample is no sound. */
  flush(): Uint8Array {
    this.lowByte = undefined;
    return encodeMulaw(this.resampler.flush());
  }

  private samplesOf(bytes: Uint8Array): Int16Array {
    const pending = this.lowByte === undefined ? 0 : 1;
    const samples = new Int16Array((bytes.length + pending) >> 1);
    let at = 0;
    if (this.lowByte !== undefined && samples.length > 0) {
      samples[0] = this.lowByte | ((bytes[0] as number) << 8);
      at = 1;
    }
    for (let i = at; i < samples.length; i++, at += 2)
      samples[i] = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    if (bytes.length > 0) this.lowByte = at < bytes.length ? bytes[at] : undefined;
    return samples;
  }
}
