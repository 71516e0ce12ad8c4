import { encodeMulaw } from '@parley/audio';
import { SystemClock } from '@parley/kernel';
import { createLogger } from '@parley/observability';
import { OpenAiTranscriber } from '@parley/speech';
import { describeTranscriber, TranscriberBench, TranscriberPeer } from '@parley/speech/testing';
import type { FaultSettings } from '../../faults';
import { Journal } from '../../journal';
import type { ModelEntries, TranscriberEntries } from '../../journal';
import { createVoice } from '../../voice';
import { closedPort, KEY, providerOptions, silentServer } from '../testing/provider-bench';
import { OpenAiProvider } from './openai-provider';

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
  const provider = new OpenAiProvider({
    ...providerOptions<ModelEntries>(faults[peer]),
    transcriberJournal: new Journal<TranscriberEntries>({ clock: new SystemClock() }),
  });
  const silent = await silentServer();
  const open = await provider.start();
  const port = peer === 'unreachable' ? await closedPort() : peer === 'mute' ? silent.port : open;
  return {
    transcriber: new OpenAiTranscriber({
      apiKey: peer === 'wrong_key' ? 'another' : KEY,
      baseUrl: `http://127.0.0.1:${port}/v1`,
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

describeTranscriber('OpenAI', { endsOfTurns: null, eagerEnds: false, utteranceEnds: false }, start);
