import { mediaPrepare } from '@parley/contracts';
import type { SpeechPiece } from '@parley/conversation';
import { FakeLanguageModel, FakeSynthesizer, FakeTranscriber } from '@parley/conversation/testing';
import { newId } from '@parley/kernel';
import { closeNats, connectNats } from '@parley/messaging';
import type { NatsConnection } from '@parley/messaging';
import { createLogger } from '@parley/observability';
import { MediaTokens } from '@parley/secrets';
import { eventually, RecordingLogger, testNats } from '@parley/testing';
import type { TestNats } from '@parley/testing';
import { startMedia } from './media';
import { sameForAll } from './providers/providers';
import { mediaSettings } from './settings';
import { StubCallControl, testSpec } from './testing/test-call';
import { TestCarrier } from './testing/test-carrier';

const key = Buffer.alloc(32, 7).toString('base64');
const settings = mediaSettings.parse({
  NATS_URL: 'nats://127.0.0.1:4222',
  PUBLIC_MEDIA_URL: 'wss://voice.example.com',
  MEDIA_TOKEN_KEY: key,
  SECRETS_KEYS: `k1:${key}`,
  TWILIO_AUTH_TOKEN: 'carrier-secret',
  OPENAI_API_KEY: 'x',
  DEEPGRAM_API_KEY: 'x',
  ELEVENLABS_API_KEY: 'x',
  INSTANCE_ID: 'ahead',
});

/** A voice that takes its time before it says anything. */
class SlowVoice extends FakeSynthesizer {
  running = 0;

  override async *speak(text: string, voice: unknown, signal: AbortSignal): AsyncGenerator<SpeechPiece> {
    this.running += 1;
    await new Promise((resolve) => setTimeout(resolve, 700));
    yield* super.speak(text, voice, signal);
    this.running -= 1;
  }
}

let server: TestNats;
let nats: NatsConnection;
let callControl: StubCallControl;
let voice: SlowVoice;
let port: number;
let closers: (() => unknown)[];

beforeAll(async () => {
  server = await testNats();
});
afterAll(() => server.close());

beforeEach(async () => {
  nats = await connectNats({ url: server.url, name: 'spec', logger: new RecordingLogger() });
  callControl = new StubCallControl(nats);
  await callControl.start();
  voice = new SlowVoice();
  closers = [];
  const roles = { transcriber: new FakeTranscriber(), model: new FakeLanguageModel(), synthesizer: voice };
  const started = await startMedia(
    {
      settings: { ...settings, NATS_URL: server.url, PORT: 0 },
      logger: createLogger({ service: 'media', level: 'silent' }),
      onClose: (_, close) => void closers.push(close),
    },
    { providers: sameForAll(roles) },
  );
  port = started.port;
});

afterEach(async () => {
  for (const close of closers.reverse()) await close();
  await callControl.close();
  await closeNats(nats);
});

/** How long after the stream's start the caller hears the first audio. */
async function untilGreeted(): Promise<number> {
  const token = new MediaTokens(key).mint({
    callId: callControl.spec.call_id,
    legId: newId(),
    nonce: 'n1',
    expiresAtMs: Date.now() + 60_000,
  });
  const carrier = await TestCarrier.open({
    port,
    publicMediaUrl: settings.PUBLIC_MEDIA_URL,
    token,
    authToken: settings.TWILIO_AUTH_TOKEN,
  });
  const startedMs = performance.now();
  carrier.start();
  await eventually(() => expect(carrier.playedBytes).toBeGreaterThan(0), { everyMs: 2 });
  const tookMs = performance.now() - startedMs;
  carrier.hangUp();
  return tookMs;
}

const prepare = (change: object = {}) => {
  const { agent, context, hipaa_compliant } = callControl.spec;
  nats.publish(mediaPrepare.subject, JSON.stringify({ agent, context, hipaa_compliant, ...change }));
};

test('a greeting that was spoken while it rang is heard at once', async () => {
  callControl.spec = {
    ...testSpec({ initial_message: 'Hello ${name}, this is Ada.' }),
    context: { name: 'Bob' },
  };
  const unprepared = await untilGreeted();
  callControl.spec = { ...callControl.spec, call_id: testSpec().call_id, context: { name: 'Ann' } };
  prepare();
  await eventually(() => expect(voice.texts).toContain('Hello Ann, this is Ada.'));
  await eventually(() => expect(voice.running).toBe(0));
  const prepared = await untilGreeted();
  expect(voice.texts.filter((text) => text.includes('Ann'))).toHaveLength(1);
  console.log(
    `greeting heard after the start, the voice taking 700 ms: ${prepared.toFixed(0)} ms (not prepared: ${unprepared.toFixed(0)} ms)`,
  );
  expect(prepared).toBeLessThan(unprepared);
});

test('a greeting that is still being spoken when the call comes is not asked for twice', async () => {
  prepare();
  await eventually(() => expect(voice.running).toBe(1));
  await untilGreeted();
  expect(voice.texts).toEqual(['Hello, this is Ada.']);
});

test('where nothing may be stored, a greeting with a name is not spoken ahead', async () => {
  prepare({ hipaa_compliant: true, agent: { ...callControl.spec.agent, initial_message: 'Hello ${name}.' } });
  prepare({ agent: 'nonsense' });
  nats.publish(mediaPrepare.subject, 'no json');
  prepare();
  await eventually(() => expect(voice.texts).toEqual(['Hello, this is Ada.']));
});
