export { describeSynthesizer } from './synthesizer.contract';
export type { SynthesizerBench, SynthesizerPeer } from './synthesizer.contract';
export { describeTranscriber } from './transcriber.contract';
export type { TranscriberBench, TranscriberPeer, TranscriberTraits } from './transcriber.contract';
export { TranscriptionRecord } from './transcription-record';
