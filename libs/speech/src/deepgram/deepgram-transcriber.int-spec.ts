import { createServer, IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FakeClock } from '@parley/kernel';
import type { Clock } from '@parley/kernel';
import { createLogger } from '@parley/observability';
import { WebSocket, WebSocketServer } from 'ws';
import { TranscriptionRecord } from '../testing';
import { DeepgramTranscriber } from './deepgram-transcriber';

const options = {
  language: 'en',
  keywords: {},
  endpointingMs: 300,
  sensitivity: 'auto' as const,
  tellsEagerEnds: false,
};

/** A socket as the server sees it. */
class Peer {
  readonly audio: Buffer[] = [];
  readonly texts: string[] = [];
  private waiting: (() => void)[] = [];

  constructor(
    readonly socket: WebSocket,
    readonly request: IncomingMessage,
  ) {
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.audio.push(data);
      else this.texts.push(data.toString());
      for (const resolve of this.waiting.splice(0)) resolve();
    });
  }

  get bytes(): Buffer {
    return Buffer.concat(this.audio);
  }

  async until(holds: (peer: this) => boolean): Promise<void> {
    while (!holds(this)) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  final(startS: number, durationS: number, transcript: string): void {
    const alternatives = [
      { transcript, confidence: 1, words: [{ word: 'x', start: startS, end: startS + durationS }] },
    ];
    this.socket.send(
      JSON.stringify({
        type: 'Results',
        start: startS,
        duration: durationS,
        is_final: true,
        speech_final: true,
        channel: { alternatives },
      }),
    );
  }
}

describe('DeepgramTranscriber', () => {
  let http: Server;
  let sockets: WebSocketServer;
  let peers: Peer[];
  let arrivals: ((peer: Peer) => void)[];
  let welcome: (accept: () => void) => void;
  let record: TranscriptionRecord;

  beforeEach(async () => {
    peers = [];
    arrivals = [];
    welcome = (accept) => accept();
    record = new TranscriptionRecord();
    http = createServer();
    sockets = new WebSocketServer({ noServer: true });
    http.on('upgrade', (request, socket, head: Buffer) =>
      welcome(() =>
        sockets.handleUpgrade(request, socket, head, (webSocket) => {
          const peer = new Peer(webSocket, request);
          const arrival = arrivals.shift();
          if (arrival) arrival(peer);
          else peers.push(peer);
        }),
      ),
    );
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    for (const socket of sockets.clients) socket.terminate();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });

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
      baseUrl: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
      closeTimeoutMs: 50,
      ...limits,
      logger: createLogger({ service: 'test', level: 'silent' }),
    }).open(options, record);
  }

  function nextPeer(): Promise<Peer> {
    const there = peers.shift();
    return there ? Promise.resolve(there) : new Promise((resolve) => arrivals.push(resolve));
  }

  it('passes every byte through as it is, and never an empty frame', async () => {
    const session = open();
    const peer = await nextPeer();
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
      const peer = await nextPeer();
      peer.final(0, 0.5, 'hello');
      await record.until(({ finals }) => finals.length === loss);
      clock.advance(60_000);
      peer.socket.terminate();
    }
    expect(record.failures).toEqual([]);
    (await nextPeer()).socket.terminate();
    await record.until(({ failures }) => failures.length === 1);
    expect(record.failures).toEqual([expect.objectContaining({ code: 'TRANSCRIBER.UNAVAILABLE' })]);
  });

  it('keeps the newest 2 s while it connects, and tells times by the whole audio', async () => {
    let accept: (() => void) | undefined;
    const asked = new Promise<void>((resolve) => {
      welcome = (run) => {
        accept = run;
        resolve();
      };
    });
    const session = open();
    await asked;
    for (let second = 1; second <= 5; second++) session.send(new Uint8Array(8000).fill(second));
    accept?.();
    const peer = await nextPeer();
    await peer.until(({ bytes }) => bytes.length >= 16_000);
    expect(peer.bytes).toEqual(Buffer.concat([Buffer.alloc(8000, 4), Buffer.alloc(8000, 5)]));
    peer.final(0, 0.5, 'hello');
    await record.until(({ finals }) => finals.length > 0);
    expect(record.finals[0]?.endMs).toBe(3500);
    await session.close();
  });

  it('sends KeepAlive while there is no audio, and only then', async () => {
    const session = open({ keepAliveAfterMs: 40 });
    const peer = await nextPeer();
    await peer.until(({ texts }) => texts.length >= 3);
    expect(new Set(peer.texts)).toEqual(new Set(['{"type":"KeepAlive"}']));
    expect(record.failures).toEqual([]);
    await session.close();
  });

  it('is not stalled by a server that is silent because nothing is said to it', async () => {
    const session = open({ keepAliveAfterMs: 20, stallTimeoutMs: 40 });
    const peer = await nextPeer();
    await peer.until(({ texts }) => texts.length >= 6);
    expect(record.failures).toEqual([]);
    await session.close();
  });

  it('lets a new connection hear again what the lost one had not settled, with times of the whole', async () => {
    const session = open();
    const first = await nextPeer();
    session.send(new Uint8Array(8000).fill(1));
    session.send(new Uint8Array(8000).fill(2));
    first.final(0, 1, 'one');
    await record.until(({ finals }) => finals.length === 1);
    first.socket.terminate();
    const second = await nextPeer();
    session.send(new Uint8Array(800).fill(3));
    await second.until(({ bytes }) => bytes.length >= 8800);
    expect(second.bytes).toEqual(Buffer.concat([Buffer.alloc(8000, 2), Buffer.alloc(800, 3)]));
    second.final(0, 1, 'two');
    await record.until(({ finals }) => finals.length === 2);
    expect(record.finals.map(({ endMs }) => endMs)).toEqual([1000, 2000]);
    second.socket.close(1011, 'NET-0000');
    await record.until(({ failures }) => failures.length > 0);
    expect(record.failures).toEqual([expect.objectContaining({ code: 'TRANSCRIBER.UNAVAILABLE' })]);
    await session.close();
  });

  it('does not try again when the audio is refused', async () => {
    open();
    const peer = await nextPeer();
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
    const peer = await nextPeer();
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
      baseUrl: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
      logger: createLogger({ service: 'test', level: 'silent' }),
    }).open(options, record);
    await record.until(({ failures }) => failures.length > 0);
    expect(record.failures).toEqual([expect.objectContaining({ code: 'TRANSCRIBER.UNAVAILABLE' })]);
    await session.close();
  });
});
