export { EnergyGate, HANGOVER_MS } from './energy-gate';
export type { EnergyEvent } from './energy-gate';
export { MAX_WORD_BYTES, normaliseWord, splitWords } from './normalise-word';
export { createVoice } from './voice';
export type { Speech, SpokenWord, Voice, VoiceOptions } from './voice';
export { encodeWord } from './word-code';
export { WordListener } from './word-listener';
export type { HeardEvent, HeardWord } from './word-listener';
