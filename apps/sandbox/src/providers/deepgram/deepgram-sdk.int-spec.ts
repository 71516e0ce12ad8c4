import { DeepgramClient } from '@deepgram/sdk';
import { encodeMulaw } from '@parley/audio';
import type { FaultSettings } from '../../faults';
import type { TranscriberEntries } from '../../journal';
import { createVoice } from '../../voice';
import { KEY, providerOptions } from '../testing/provider-bench';
import { DeepgramProvider } from './deepgram-provider';

/** Deepgram's own SDK takes the sandbox for Deepgram. */
describe('the SDK of Deepgram', () => {
  const voice = createVoice();
  let provider: DeepgramProvider;

  async function client(faults: FaultSettings = {}, apiKey = KEY): Promise<DeepgramClient> {
    provider = new DeepgramProvider(providerOptions<TranscriberEntries>(faults));
    const base = `ws://127.0.0.1:${await provider.start()}`;
    const environment = { base, production: base, agent: base, agentRest: base };
    return new DeepgramClient({ apiKey, environment, maxRetries: 0 });
  }

  const speech = async (text: string) => encodeMulaw((await voice.speak(text)).samples);
  const silence = (ms: number) => new Uint8Array(ms * 8).fill(0xff);

  function pour(socket: { sendMedia(audio: Uint8Array): void }, audio: Uint8Array): void {
    for (let at = 0; at < audio.length; at += 160) socket.sendMedia(audio.subarray(at, at + 160));
  }

  afterEach(() => provider.close());

  it('hears a turn on /v1/listen', async () => {
    const deepgram = await client();
    const socket = await deepgram.listen.v1.connect({
      ...{ model: 'nova-3', encoding: 'mulaw', sample_rate: 8000, channels: 1, language: 'en' },
      ...{ interim_results: 'true', endpointing: 300, utterance_end_ms: 1000, vad_events: 'true' },
      ...{ smart_format: 'true', reconnectAttempts: 0 },
    });
    const kinds = new Set<string>();
    const finals: string[] = [];
    const closed = new Promise<number>((resolve) => socket.on('close', ({ code }) => resolve(code)));
    socket.on('message', (message) => {
      kinds.add(message.type);
      if (message.type === 'Results' && message.is_final)
        finals.push(message.channel.alternatives[0]?.transcript ?? '');
    });
    socket.connect();
    await socket.waitForOpen();
    socket.sendKeepAlive({ type: 'KeepAlive' });
    pour(socket, Buffer.concat([await speech('can i have a table'), silence(1600)]));
    socket.sendCloseStream({ type: 'CloseStream' });
    expect(await closed).toBe(1000);
    expect(finals.filter(Boolean)).toEqual(['Can I have a table?']);
    expect([...kinds].toSorted()).toEqual(['Metadata', 'Results', 'SpeechStarted', 'UtteranceEnd']);
  });

  it('hears turns on /v2/listen, and configures it', async () => {
    const deepgram = await client();
    const socket = await deepgram.listen.v2.connect({
      ...{ model: 'flux-general-en', encoding: 'mulaw', sample_rate: 8000, keyterm: ['table'] },
      ...{ eot_threshold: 0.7, eager_eot_threshold: 0.4, eot_timeout_ms: 2500, reconnectAttempts: 0 },
    });
    const told: string[] = [];
    const sequence: number[] = [];
    const closed = new Promise<number>((resolve) => socket.on('close', ({ code }) => resolve(code)));
    socket.on('message', (message) => {
      sequence.push(message.sequence_id);
      if (message.type !== 'TurnInfo') told.push(message.type);
      else if (message.event !== 'Update')
        told.push(`${message.turn_index} ${message.event} ${message.transcript}`);
    });
    socket.connect();
    await socket.waitForOpen();
    socket.sendConfigure({ type: 'Configure', thresholds: { eot_threshold: 0.8 }, keyterms: ['noon'] });
    socket.sendConfigure({ type: 'Configure', thresholds: { eot_threshold: 7 } });
    const parts = [await speech('a table'), silence(240), await speech('for two'), silence(500)];
    pour(socket, Buffer.concat([...parts, await speech('yes')]));
    socket.sendCloseStream({ type: 'CloseStream' });
    expect(await closed).toBe(1000);
    expect(told).toEqual([
      'Connected',
      'ConfigureSuccess',
      'ConfigureFailure',
      '0 StartOfTurn A',
      '0 EagerEndOfTurn A table.',
      '0 TurnResumed A table',
      '0 EagerEndOfTurn A table for two.',
      '0 EndOfTurn A table for two.',
      '1 StartOfTurn Yes',
      '1 EndOfTurn Yes.',
    ]);
    expect(sequence).toEqual(sequence.map((_, at) => at));
  });

  it.each(['v1', 'v2'] as const)('is refused with a wrong key (%s)', async (version) => {
    const deepgram = await client({}, 'wrong');
    const audio = { encoding: 'mulaw', sample_rate: 8000, reconnectAttempts: 0 } as const;
    const socket =
      version === 'v1'
        ? await deepgram.listen.v1.connect({ model: 'nova-3', ...audio })
        : await deepgram.listen.v2.connect({ model: 'flux-general-en', ...audio });
    const error = new Promise<Error>((resolve) => socket.on('error', resolve));
    socket.connect();
    expect((await error).message).toContain('401');
    socket.close();
  });
});
