import {
  AzureSynthesizer,
  DeepgramSynthesizer,
  ElevenLabsSynthesizer,
  OpenAiSynthesizer,
  RimeSynthesizer,
} from '@parley/speech';
import { describeSynthesizer } from '@parley/speech/testing';
import type { ModelEntries, TranscriberEntries } from '../../journal';
import { AzureProvider } from '../azure/azure-provider';
import { azureSpeech } from '../azure/azure-speech';
import { DeepgramProvider } from '../deepgram/deepgram-provider';
import { deepgramSpeech } from '../deepgram/deepgram-speech';
import { ElevenLabsProvider } from '../elevenlabs/elevenlabs-provider';
import { OpenAiProvider } from '../openai/openai-provider';
import { openAiSpeech } from '../openai/openai-speech';
import { RimeProvider } from '../rime/rime-provider';
import { KEY, providerOptions } from '../testing/provider-bench';
import { startVoice, VoicePair } from '../testing/voice-bench';

const voices: (VoicePair & { readonly name?: string })[] = [
  {
    name: 'eleven_labs by socket',
    provider: 'eleven_labs',
    makePeer: (options, desk) => new ElevenLabsProvider({ ...options, desk }),
    makeAdapter: (options) => new ElevenLabsSynthesizer({ ...options, voiceId: 'ada' }),
    dials: { stability: 0.5, experimental_input_streaming: true },
    tellsWords: true,
    // A context that was told to speak finishes by itself, and the socket is shared with others.
    givenUp: 'speech',
    wrong: { dials: { stability: 7, experimental_input_streaming: true } },
  },
  {
    provider: 'eleven_labs',
    makePeer: (options, desk) => new ElevenLabsProvider({ ...options, desk }),
    makeAdapter: (options) => new ElevenLabsSynthesizer({ ...options, voiceId: 'ada' }),
    dials: { stability: 0.5 },
    wrong: { dials: { stability: 7 } },
  },
  {
    provider: 'azure',
    makePeer: (_options, desk) =>
      new AzureProvider({
        ...providerOptions<TranscriberEntries>(),
        routes: [desk.route('POST', '/cognitiveservices/v1', azureSpeech, KEY)],
      }),
    makeAdapter: (options) => new AzureSynthesizer(options),
    dials: { rate: 15, pitch: -5 },
    wrong: { voiceId: 'nobody' },
  },
  {
    provider: 'rime',
    makePeer: (options, desk) => new RimeProvider({ ...options, desk }),
    makeAdapter: (options) => new RimeSynthesizer(options),
    dials: { speed_alpha: 0.9 },
    wrong: { model: 'arcana' },
  },
  {
    provider: 'openai',
    makePeer: (_options, desk) =>
      new OpenAiProvider({
        ...providerOptions<ModelEntries>(),
        routes: [desk.route('POST', '/v1/audio/speech', openAiSpeech, KEY)],
      }),
    makeAdapter: (options) => new OpenAiSynthesizer({ ...options, instructions: 'Be calm.' }),
    path: '/v1',
    dials: { speed: 1.1 },
    wrong: { voiceId: 'nobody' },
  },
  {
    provider: 'deepgram',
    makePeer: (_options, desk) =>
      new DeepgramProvider({
        ...providerOptions<TranscriberEntries>(),
        routes: [desk.route('POST', '/v1/speak', deepgramSpeech, KEY)],
      }),
    makeAdapter: (options) => new DeepgramSynthesizer(options),
    wrong: { voiceId: 'nobody' },
  },
];

for (const voice of voices)
  describeSynthesizer(voice.name ?? voice.provider, (peer) => startVoice(voice, peer));
