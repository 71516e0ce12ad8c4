export { DtmfDetector } from './dtmf-detector';
export type { DetectedDigit } from './dtmf-detector';
export { DTMF_COLUMNS_HZ, DTMF_KEYS, DTMF_ROWS_HZ, dtmfMulaw } from './dtmf-tones';
export { FrameBuffer } from './frame-buffer';
export {
  decodeMulaw,
  encodeMulaw,
  FRAME_BYTES,
  FRAME_MS,
  MULAW_SILENCE,
  mulawDurationMs,
  SAMPLE_RATE_HZ,
} from './mulaw';
export { Resampler, resampleTo8k } from './resampler';
export type { ResamplerOptions } from './resampler';
export { interleavePcm16, wavHeader } from './wav';
export type { WavEncoding, WavFormat } from './wav';
