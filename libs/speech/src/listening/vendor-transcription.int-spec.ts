import { FakeClock } from '@parley/kernel';
import { createLogger } from '@parley/observability';
import { AzureTranscriber } from '../azure/azure-transcriber';
import { DeepgramFluxTranscriber } from '../deepgram-flux/deepgram-flux-transcriber';
import { OpenAiTranscriber } from '../openai/openai-transcriber';
import { TranscriptionRecord } from '../testing';
import { VendorPeer, VendorServer } from '../testing/vendor-server';

const options = {
  language: 'en',
  keywords: {},
  endpointingMs: 300,
  sensitivity: 'auto' as const,
  tellsEagerEnds: true,
};
const logger = createLogger({ service: 'test', level: 'silent' });
const SECOND_BYTES = 8000;
const TICKS_PER_S = 10_000_000;

describe('VendorTranscription', () => {
  let server: VendorServer;
  let baseUrl: string;
  let record: TranscriptionRecord;

  async function serve(settings: { autoPong?: boolean } = {}): Promise<void> {
    record = new TranscriptionRecord();
    server = new VendorServer(settings);
    baseUrl = await server.start();
  }

  afterEach(() => server.close());

  describe('with OpenAI, whose sessions last an hour', () => {
    const audioOf = (peer: VendorPeer) =>
      peer.texts
        .map((text) => JSON.parse(text) as { type: string; audio?: string })
        .flatMap(({ audio }) => (audio === undefined ? [] : [...Buffer.from(audio, 'base64')]));
    const tell = (peer: VendorPeer, ...events: object[]) => {
      for (const event of events) peer.socket.send(JSON.stringify(event));
    };
    const speech = (id: string, startMs: number, endMs: number) => [
      { type: 'input_audio_buffer.speech_started', item_id: id, audio_start_ms: startMs - 300 },
      { type: 'input_audio_buffer.speech_stopped', item_id: id, audio_end_ms: endMs + 300 },
    ];
    const words = (id: string, transcript: string) => ({
      type: 'conversation.item.input_audio_transcription.completed',
      item_id: id,
      transcript,
    });

    it('changes to a new one in a pause, and times go on', async () => {
      await serve();
      const clock = new FakeClock();
      const session = new OpenAiTranscriber({ apiKey: 'key', baseUrl, clock, logger }).open(options, record);
      const first = await server.nextPeer();
      await first.until(({ texts }) => texts.length === 1);
      session.send(new Uint8Array(2 * SECOND_BYTES).fill(1));
      tell(first, ...speech('a', 500, 1500));
      await record.until(({ events }) => events.length === 1);
      clock.advance(56 * 60_000);
      session.send(new Uint8Array(160).fill(2));
      tell(first, words('a', 'One.'));
      await record.until(({ finals }) => finals.length === 1);
      session.send(new Uint8Array(160).fill(3));
      const second = await server.nextPeer();
      await first.closed;
      session.send(new Uint8Array(SECOND_BYTES).fill(4));
      await second.until((peer) => audioOf(peer).length >= 4000 + 320 + SECOND_BYTES);
      // What the first one had settled, up to 1.5 s, is not heard again.
      expect(audioOf(second).slice(3998, 4002)).toEqual([1, 1, 2, 2]);
      tell(second, ...speech('b', 1000, 1200), words('b', 'Two.'));
      await record.until(({ finals }) => finals.length === 2);
      expect(record.finals.map(({ endMs }) => endMs)).toEqual([1500, 2700]);
      expect(record.failures).toEqual([]);
      await session.close();
    });

    it('is content with a server that says nothing while somebody speaks on, and with music', async () => {
      await serve();
      const session = new OpenAiTranscriber({ apiKey: 'key', baseUrl, logger, stallTimeoutMs: 80 }).open(
        options,
        record,
      );
      const peer = await server.nextPeer();
      await peer.until(({ texts }) => texts.length === 1);
      const pinged = async (count: number, piece: Uint8Array) => {
        for (let pings = 0; pings < count; pings += 1)
          await new Promise((resolve) => {
            session.send(piece);
            peer.socket.once('ping', resolve);
          });
      };
      const sound = new Uint8Array(SECOND_BYTES).fill(0x10);
      session.send(new Uint8Array(16 * SECOND_BYTES).fill(0x10));
      await pinged(4, sound);
      tell(peer, ...speech('a', 500, 1500).slice(0, 1));
      await record.until(({ events }) => events.length === 1);
      await pinged(4, sound);
      expect(record.failures).toEqual([]);
      await session.close();
    });
  });

  describe('with Azure, whose turns end now and then', () => {
    const tell = (peer: VendorPeer, path: string, body: object) =>
      peer.socket.send(`X-RequestId:r\r\nPath:${path}\r\n\r\n${JSON.stringify(body)}`);
    const phrase = (text: string, endS: number) => ({
      RecognitionStatus: 'Success',
      DisplayText: text,
      Offset: 0,
      Duration: endS * TICKS_PER_S,
    });
    const body = (frame: Buffer) => frame.subarray(2 + frame.readUInt16BE(0));

    it('goes on with what was not settled, on the same connection, and times go on', async () => {
      await serve();
      const session = new AzureTranscriber({ apiKey: 'key', baseUrl, logger }).open(options, record);
      const peer = await server.nextPeer();
      await peer.until(({ texts }) => texts.length === 1);
      session.send(new Uint8Array(SECOND_BYTES).fill(1));
      session.send(new Uint8Array(SECOND_BYTES).fill(2));
      await peer.until(({ audio }) => audio.length === 3);
      tell(peer, 'speech.phrase', phrase('One.', 1));
      tell(peer, 'turn.end', {});
      await peer.until(({ audio }) => audio.length === 5);
      expect(body(peer.audio[3] as Buffer).toString('latin1', 0, 4)).toBe('RIFF');
      expect(body(peer.audio[4] as Buffer)).toEqual(Buffer.alloc(SECOND_BYTES, 2));
      tell(peer, 'speech.phrase', phrase('Two.', 0.75));
      await record.until(({ finals }) => finals.length === 2);
      expect(record.finals.map(({ text, endMs }) => [text, endMs])).toEqual([
        ['One.', 1000],
        ['Two.', 1750],
      ]);
      const closing = session.close();
      await peer.until(({ audio }) => audio.length === 6);
      tell(peer, 'turn.end', {});
      await Promise.all([closing, peer.closed]);
    });
  });

  describe('with Flux, which may have nothing to say', () => {
    const silence = new Uint8Array(SECOND_BYTES).fill(0xff);
    const noise = new Uint8Array(SECOND_BYTES).fill(0x10);
    const open = (settings: object = {}) =>
      new DeepgramFluxTranscriber({ apiKey: 'key', baseUrl, logger, closeTimeoutMs: 50, ...settings }).open(
        options,
        record,
      );

    it('is content with a server that answers pings while nobody speaks', async () => {
      await serve();
      const session = open({ stallTimeoutMs: 80 });
      const peer = await server.nextPeer();
      let pings = 0;
      const pinged = new Promise<void>((resolve) =>
        peer.socket.on('ping', () => {
          session.send(silence);
          if (++pings === 5) resolve();
        }),
      );
      session.send(silence);
      await pinged;
      expect(record.failures).toEqual([]);
      await session.close();
    });

    it('takes a server for mute that does not notice words; a door is none', async () => {
      await serve();
      const session = open({ stallTimeoutMs: 200 });
      const peer = await server.nextPeer();
      const pinged = () => new Promise((resolve) => peer.socket.once('ping', resolve));
      session.send(noise.subarray(0, 300 * 8));
      session.send(silence);
      await pinged();
      await pinged();
      expect(record.failures).toEqual([]);
      session.send(noise.subarray(0, 600 * 8));
      session.send(silence);
      await record.until(({ failures }) => failures.length > 0);
      expect(record.failures).toEqual([expect.objectContaining({ code: 'TRANSCRIBER.MUTE' })]);
      await session.close();
    });

    it('opens another connection when a server answers nothing at all', async () => {
      await serve({ autoPong: false });
      const session = open({ stallTimeoutMs: 80 });
      await (
        await server.nextPeer()
      ).closed;
      await (
        await server.nextPeer()
      ).closed;
      await record.until(({ failures }) => failures.length > 0);
      expect(record.failures).toEqual([expect.objectContaining({ code: 'TRANSCRIBER.UNAVAILABLE' })]);
      await session.close();
    });

    it('refuses a language that it does not know, after it was opened', async () => {
      await serve();
      const transcriber = new DeepgramFluxTranscriber({ apiKey: 'key', baseUrl, logger });
      const session = transcriber.open({ ...options, language: 'ko' }, record);
      expect(record.failures).toEqual([]);
      await record.until(({ failures }) => failures.length > 0);
      expect(record.failures).toEqual([
        expect.objectContaining({ code: 'TRANSCRIBER.REJECTED', details: { language: 'ko' } }),
      ]);
      await session.close();
    });

    it('drops audio that the server does not take, in place of keeping it', async () => {
      await serve();
      const session = open({ stallTimeoutMs: 60_000 });
      const peer = await server.nextPeer();
      session.send(noise);
      await peer.until(({ bytes }) => bytes.length > 0);
      peer.socket.pause();
      const heldBefore = process.memoryUsage().arrayBuffers;
      const sentBytes = 100_000_000;
      for (let at = 0; at < sentBytes; at += SECOND_BYTES) session.send(noise);
      expect(process.memoryUsage().arrayBuffers - heldBefore).toBeLessThan(10_000_000);
      await session.close();
      expect(record.failures).toEqual([]);
    });
  });
});
