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
