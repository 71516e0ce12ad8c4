export { AzureProvider } from './azure/azure-provider';
export type { AzureProviderOptions, AzureRoute } from './azure/azure-provider';
export { DeepgramProvider } from './deepgram/deepgram-provider';
export type { SessionOptions as DeepgramProviderOptions } from './deepgram/listening-session';
export { ElevenLabsProvider } from './elevenlabs/elevenlabs-provider';
export type { ElevenLabsProviderOptions } from './elevenlabs/elevenlabs-provider';
export { OpenAiProvider } from './openai/openai-provider';
export type { ProviderOptions } from './provider-server';
