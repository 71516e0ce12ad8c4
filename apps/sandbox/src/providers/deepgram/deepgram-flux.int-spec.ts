import { encodeMulaw } from '@parley/audio';
import { createLogger } from '@parley/observability';
import { DeepgramFluxTranscriber } from '@parley/speech';
import { describeTranscriber, TranscriberBench, TranscriberPeer } from '@parley/speech/testing';
import type { FaultSettings } from '../../faults';
import type { TranscriberEntries } from '../../journal';
import { createVoice } from '../../voice';
import { closedPort, KEY, providerOptions, silentServer } from '../testing/provider-bench';
import { DeepgramProvider } from './deepgram-provider';

const voice = createVoice();
const faults: Partial<Record<TranscriberPeer, FaultSettings>> = {
  garbles: { transcriber: { garbage: true } },
  loses_first: { transcriber: { reset: { value: 700, callIndex: 0 } } },
  loses_all: { transcriber: { reset: { value: 300 } } },
  rate_limited: { transcriber: { status: 429 } },
  broken: { transcriber: { status: 503 } },
  stalls: { transcriber: { stall: true } },
};

async function start(peer: TranscriberPeer): Promise<TranscriberBench> {
  const provider = new DeepgramProvider(providerOptions<TranscriberEntries>(faults[peer]));
  const silent = await silentServer();
  const open = await provider.start();
  const port = peer === 'unreachable' ? await closedPort() : peer === 'mute' ? silent.port : open;
  return {
    transcriber: new DeepgramFluxTranscriber({
      apiKey: peer === 'wrong_key' ? 'another' : KEY,
      baseUrl: `ws://127.0.0.1:${port}`,
      connectTimeoutMs: 1000,
      stallTimeoutMs: 2500,
      logger: createLogger({ service: 'test', level: 'silent' }),
    }),
    say: async (text) => encodeMulaw((await voice.speak(text)).samples),
    stop: async () => {
      await Promise.all([provider.close(), silent.stop()]);
    },
  };
}

describeTranscriber('Deepgram Flux', { endsOfTurns: true, eagerEnds: true, utteranceEnds: false }, start);
