import { decodeMulaw } from '@parley/audio';
import type { Synthesizer, VoiceSettings } from '@parley/conversation';
import { createLogger } from '@parley/observability';
import type { SynthesizerOptions } from '@parley/speech';
import type { SynthesizerBench, SynthesizerPeer } from '@parley/speech/testing';
import type { FaultSettings } from '../../faults';
import type { VoiceEntries } from '../../journal';
import { createVoice, WordListener } from '../../voice';
import type { ProviderOptions } from '../provider-server';
import { SpeechDesk } from '../speech/speech-desk';
import { closedPort, KEY, lineOf, providerOptions } from './provider-bench';

/** Something of the sandbox that listens. */
export interface Peer {
  start(): Promise<number>;
  close(): Promise<void>;
}

/** One vendor's adapter and the peer that stands for the vendor. */
export interface VoicePair {
  readonly provider: string;
  makePeer(options: ProviderOptions<VoiceEntries>, desk: SpeechDesk): Peer;
  makeAdapter(options: SynthesizerOptions): Synthesizer & { close(): Promise<void> };
  /** The API's own path on the peer, when the base URL has one. */
  readonly path?: string;
  readonly dials?: VoiceSettings['dials'];
  readonly tellsWords?: boolean;
  /** The journal's line that shows that the peer is done with what was given up. */
  readonly givenUp?: 'aborted' | 'speech';
  /** What the vendor refuses. */
  readonly wrong: Partial<VoiceSettings>;
}

const sandboxVoice = createVoice();
const faults: Partial<Record<SynthesizerPeer, FaultSettings>> = {
  rate_limited: { voice: { status: 429 } },
  broken: { voice: { status: 500 } },
  slow: { voice: { slowFirstByteMs: 60_000 } },
  stalls: { voice: { stall: true } },
  cuts: { voice: { reset: true } },
  empty: { voice: { empty: true } },
  garbles: { voice: { garbage: 'page' } },
};

/** The words that can be read out of this µ-law. */
export function wordsIn(mulaw: Uint8Array): string[] {
  return new WordListener()
    .push(decodeMulaw(mulaw))
    .flatMap((event) => (event.kind === 'word' ? [event.word] : []));
}

/** For the contract of the port, with a peer of this kind. */
export async function startVoice(pair: VoicePair, peer: SynthesizerPeer): Promise<SynthesizerBench> {
  const options = providerOptions<VoiceEntries>(faults[peer]);
  const server = pair.makePeer(options, new SpeechDesk({ ...options, voice: sandboxVoice }));
  const open = await server.start();
  const port = peer === 'unreachable' ? await closedPort() : open;
  const synthesizer = pair.makeAdapter({
    apiKey: peer === 'wrong_key' ? 'another' : KEY,
    baseUrl: `http://127.0.0.1:${port}${pair.path ?? ''}`,
    firstByteTimeoutMs: 1000,
    stallTimeoutMs: 200,
    logger: createLogger({ service: 'test', level: 'silent' }),
  });
  const { provider, dials = {} } = pair;
  const voice = { provider, voiceId: null, model: null, apiKey: null, dials, language: 'en' };
  return {
    synthesizer,
    voice: { ...voice, ...(peer === 'rejects' && pair.wrong) },
    tellsWords: pair.tellsWords ?? false,
    listen: wordsIn,
    givenUp: async () => {
      await lineOf(options.journal, pair.givenUp ?? 'aborted');
    },
    stop: async () => {
      await synthesizer.close();
      await server.close();
    },
  };
}
