export { DeepgramTranscriber } from './deepgram/deepgram-transcriber';
export type { DeepgramOptions } from './deepgram/deepgram-transcriber';
export { ElevenLabsSynthesizer } from './elevenlabs/elevenlabs-synthesizer';
export type { ElevenLabsOptions } from './elevenlabs/elevenlabs-synthesizer';
