import { FakeClock } from '@parley/kernel';
import type { Clock } from '@parley/kernel';
import { createLogger } from '@parley/observability';
import { TranscriptionRecord } from '../testing';
import { VendorPeer, VendorServer } from '../testing/vendor-server';
import { DeepgramTranscriber } from './deepgram-transcriber';

const options = {
  language: 'en',
  keywords: {},
  endpointingMs: 300,
  sensitivity: 'auto' as const,
  tellsEagerEnds: false,
};

function tellFinal(peer: VendorPeer, startS: number, durationS: number, transcript: string): void {
  const words = [{ word: 'x', start: startS, end: startS + durationS }];
  const results = {
    type: 'Results',
    start: startS,
    duration: durationS,
    is_final: true,
    speech_final: true,
    channel: { alternatives: [{ transcript, confidence: 1, words }] },
  };
  peer.socket.send(JSON.stringify(results));
}

describe('DeepgramTranscriber', () => {
  let server: VendorServer;
  let baseUrl: string;
  let record: TranscriptionRecord;

  beforeEach(async () => {
    record = new TranscriptionRecord();
    server = new VendorServer();
    baseUrl = await server.start();
  });

  afterEach(() => server.close());

  function open(
    limits: {
      keepAliveAfterMs?: number;
      stallTimeoutMs?: number;
      closeTimeoutMs?: number;
      clock?: Clock;
    } = {},
  ) {
    return new DeepgramTranscriber({
      apiKey: 'key',
      baseUrl,
      closeTimeoutMs: 50,
      ...limits,
      logger: createLogger({ service: 'test', level: 'silent' }),
    }).open(options, record);
  }

  it('passes every byte through as it is, and never an empty frame', async () => {
    const session = open();
    const peer = await server.nextPeer();
    expect(peer.request.headers.authorization).toBe('Token key');
    const pieces = [Uint8Array.of(1, 2), new Uint8Array(0), new Uint8Array(333).fill(7), Uint8Array.of(0xff)];
    for (const piece of pieces) session.send(piece);
    await peer.until(({ bytes }) => bytes.length === 336);
    expect(peer.bytes).toEqual(Buffer.concat(pieces));
    expect(peer.audio.every((frame) => frame.length > 0)).toBe(true);
    await session.close();
  });

  it('is granted another connection whenever the last one was healthy for a minute', async () => {
    const clock = new FakeClock();
    open({ clock });
    for (let loss = 1; loss <= 3; loss++) {
      const peer = await server.nextPeer();
      tellFinal(peer, 0, 0.5, 'hello');
      await record.until(({ finals }) => finals.length === loss);
      clock.advance(60_000);
      peer.socket.terminate();
    }
    expect(record.failures).toEqual([]);
    (await server.nextPeer()).socket.terminate();
    await record.until(({ failures }) => failures.length === 1);
    expect(record.failures).toEqual([expect.objectContaining({ code: 'TRANSCRIBER.UNAVAILABLE' })]);
  });

  it('keeps the newest 4 s while it connects, and tells times by the whole audio', async () => {
    let accept: (() => void) | undefined;
    const asked = new Promise<void>((resolve) => {
      server.welcome = (run) => {
        accept = run;
        resolve();
      };
    });
    const session = open();
    await asked;
    for (let second = 1; second <= 6; second++) session.send(new Uint8Array(8000).fill(second));
    accept?.();
    const peer = await server.nextPeer();
    await peer.until(({ bytes }) => bytes.length >= 32_000);
    expect(peer.bytes).toEqual(Buffer.concat([3, 4, 5, 6].map((second) => Buffer.alloc(8000, second))));
    tellFinal(peer, 0, 0.5, 'hello');
    await record.until(({ finals }) => finals.length > 0);
    expect(record.finals[0]?.endMs).toBe(2500);
    await session.close();
  });

  it('sends KeepAlive while there is no audio, and only then', async () => {
    const session = open({ keepAliveAfterMs: 40 });
    const peer = await server.nextPeer();
    await peer.until(({ texts }) => texts.length >= 3);
    expect(new Set(peer.texts)).toEqual(new Set(['{"type":"KeepAlive"}']));
    expect(record.failures).toEqual([]);
    await session.close();
  });

  it('is not stalled by a server that is silent because nothing is said to it', async () => {
    const session = open({ keepAliveAfterMs: 20, stallTimeoutMs: 40 });
    const peer = await server.nextPeer();
    await peer.until(({ texts }) => texts.length >= 6);
    expect(record.failures).toEqual([]);
    await session.close();
  });

  it('lets a new connection hear again what the lost one had not settled, with times of the whole', async () => {
    const session = open();
    const first = await server.nextPeer();
    session.send(new Uint8Array(8000).fill(1));
    session.send(new Uint8Array(8000).fill(2));
    tellFinal(first, 0, 1, 'one');
    await record.until(({ finals }) => finals.length === 1);
    first.socket.terminate();
    const second = await server.nextPeer();
    session.send(new Uint8Array(800).fill(3));
    await second.until(({ bytes }) => bytes.length >= 8800);
    expect(second.bytes).toEqual(Buffer.concat([Buffer.alloc(8000, 2), Buffer.alloc(800, 3)]));
    tellFinal(second, 0, 1, 'two');
    await record.until(({ finals }) => finals.length === 2);
    expect(record.finals.map(({ endMs }) => endMs)).toEqual([1000, 2000]);
    second.socket.close(1011, 'NET-0000');
    await record.until(({ failures }) => failures.length > 0);
    expect(record.failures).toEqual([expect.objectContaining({ code: 'TRANSCRIBER.UNAVAILABLE' })]);
    await session.close();
  });

  it('does not try again when the audio is refused', async () => {
    open();
    const peer = await server.nextPeer();
    peer.socket.close(1008, 'DATA-0000');
    await record.until(({ failures }) => failures.length > 0);
    expect(record.failures).toEqual([
      expect.objectContaining({
        code: 'TRANSCRIBER.REJECTED',
        details: { closeCode: 1008, reason: 'DATA-0000' },
      }),
    ]);
  });

  it('asks for the last results when it is closed, and does not wait for ever', async () => {
    const session = open({ closeTimeoutMs: 50 });
    const peer = await server.nextPeer();
    const lost = new Promise((resolve) => peer.socket.on('close', resolve));
    session.send(Uint8Array.of(1));
    await peer.until(({ bytes }) => bytes.length > 0);
    await session.close();
    await lost;
    expect(peer.texts).toEqual(['{"type":"CloseStream"}']);
    expect(record.failures).toEqual([]);
  });

  it('tells a key that cannot be sent like any other failure', async () => {
    const session = new DeepgramTranscriber({
      apiKey: 'a\nb',
      baseUrl,
      logger: createLogger({ service: 'test', level: 'silent' }),
    }).open(options, record);
    await record.until(({ failures }) => failures.length > 0);
    expect(record.failures).toEqual([expect.objectContaining({ code: 'TRANSCRIBER.UNAVAILABLE' })]);
    await session.close();
  });
});
