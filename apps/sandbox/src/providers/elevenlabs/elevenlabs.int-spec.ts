import { decodeMulaw } from '@parley/audio';
import { createLogger } from '@parley/observability';
import { ElevenLabsSynthesizer } from '@parley/speech';
import { describeSynthesizer, SynthesizerBench, SynthesizerPeer } from '@parley/speech/testing';
import type { FaultSettings } from '../../faults';
import type { VoiceEntries } from '../../journal';
import { createVoice, WordListener } from '../../voice';
import { closedPort, KEY, lineOf, providerOptions } from '../testing/provider-bench';
import { ElevenLabsProvider } from './elevenlabs-provider';

const voice = createVoice();
const faults: Partial<Record<SynthesizerPeer, FaultSettings>> = {
  rate_limited: { voice: { status: 429 } },
  broken: { voice: { status: 500 } },
  slow: { voice: { slowFirstByteMs: 60_000 } },
  stalls: { voice: { stall: true } },
  cuts: { voice: { reset: true } },
  empty: { voice: { empty: true } },
};

async function start(peer: SynthesizerPeer): Promise<SynthesizerBench> {
  const options = providerOptions<VoiceEntries>(faults[peer]);
  const provider = new ElevenLabsProvider({ ...options, voice });
  const open = await provider.start();
  const synthesizer = new ElevenLabsSynthesizer({
    apiKey: peer === 'wrong_key' ? 'another' : KEY,
    baseUrl: `http://127.0.0.1:${peer === 'unreachable' ? await closedPort() : open}`,
    voiceId: 'ada',
    firstByteTimeoutMs: 1000,
    stallTimeoutMs: 200,
    logger: createLogger({ service: 'test', level: 'silent' }),
  });
  return {
    synthesizer,
    voice: {
      provider: 'eleven_labs',
      voiceId: null,
      model: null,
      apiKey: null,
      dials: { stability: peer === 'rejects' ? 7 : 0.5 },
      language: 'en',
    },
    listen: (mulaw) =>
      new WordListener()
        .push(decodeMulaw(mulaw))
        .flatMap((event) => (event.kind === 'word' ? [event.word] : [])),
    givenUp: async () => {
      await lineOf(options.journal, 'aborted');
    },
    stop: async () => {
      await synthesizer.close();
      await provider.close();
    },
  };
}

describeSynthesizer('ElevenLabs', start);
