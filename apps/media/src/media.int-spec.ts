import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getSigningToken, mediaDetach, mediaSubject } from '@parley/contracts';
import { parseTrace, replay } from '@parley/conversation';
import { FakeLanguageModel, FakeSynthesizer, FakeTranscriber } from '@parley/conversation/testing';
import { AppError, newId } from '@parley/kernel';
import { AskClient, AskServer, closeNats, connectNats } from '@parley/messaging';
import type { NatsConnection } from '@parley/messaging';
import { createLogger } from '@parley/observability';
import { MediaTokens, SecretBox } from '@parley/secrets';
import type { MediaGrant } from '@parley/secrets';
import { eventually, RecordingLogger, testNats } from '@parley/testing';
import type { TestNats } from '@parley/testing';
import type { WebSocket } from 'ws';
import { startMedia } from './media';
import { sameForAll } from './providers/providers';
import { mediaSettings } from './settings';
import { StubCallControl, testSpec } from './testing/test-call';
import { openSocket, TestCarrier } from './testing/test-carrier';

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
  INSTANCE_ID: 'spec',
  MAX_CALLS: '4',
  DRAIN_SECONDS: '20',
});
const apology = 'I am sorry, I am having technical difficulties. Please call again later. Goodbye.';

let server: TestNats;
let nats: NatsConnection;
let callControl: StubCallControl;
let transcriber: FakeTranscriber;
let model: FakeLanguageModel;
let synthesizer: FakeSynthesizer;
let port: number;
let closers: (() => unknown)[];
let traceDir: string;

beforeAll(async () => {
  server = await testNats();
  traceDir = await mkdtemp(join(tmpdir(), 'media-traces-'));
});
afterAll(async () => {
  await server.close();
  await rm(traceDir, { recursive: true });
});

beforeEach(async () => {
  nats = await connectNats({ url: server.url, name: 'spec', logger: new RecordingLogger() });
  callControl = new StubCallControl(nats);
  await callControl.start();
  transcriber = new FakeTranscriber();
  model = new FakeLanguageModel();
  synthesizer = new FakeSynthesizer();
  closers = [];
  const started = await startMedia(
    {
      settings: {
        ...settings,
        NATS_URL: server.url,
        TRACE_DIR: traceDir,
        TRACE_CALLS: 'all',
        TRACE_WORDS: 'kept',
      },
      logger: createLogger({ service: 'media', level: 'silent' }),
      onClose: (_, close) => void closers.push(close),
    },
    { providers: sameForAll({ transcriber, model, synthesizer }) },
  );
  port = started.port;
});

afterEach(async () => {
  await stopMedia();
  await callControl.close();
  await closeNats(nats);
});

async function stopMedia(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close();
}

const tokenFor = (changes: { key?: string; expiresAtMs?: number; account?: MediaGrant['account'] } = {}) =>
  new MediaTokens(changes.key ?? key).mint({
    callId: callControl.spec.call_id,
    legId: newId(),
    nonce: 'n1',
    expiresAtMs: changes.expiresAtMs ?? Date.now() + 60_000,
    ...(changes.account && { account: changes.account }),
  });
const carrierOptions = (token = tokenFor()) => ({
  port,
  token,
  publicMediaUrl: settings.PUBLIC_MEDIA_URL,
  authToken: settings.TWILIO_AUTH_TOKEN,
});

/** A call that has begun: its socket open, its leg attached. */
async function begunCall(): Promise<TestCarrier> {
  const carrier = await TestCarrier.open(carrierOptions());
  carrier.start();
  await eventually(() => expect(transcriber.sessions).toHaveLength(1));
  return carrier;
}

const closing = (carrier: TestCarrier) => eventually(() => expect(carrier.closed).toBeDefined());

describe('a whole call', () => {
  test('is held: greeting, turns, a farewell that is heard, a committed end, and only then the close', async () => {
    const action = { id: newId(), user_id: newId(), config: {} };
    callControl.spec = testSpec({
      actions: [
        {
          ...action,
          type: 'action_end_conversation',
          action_trigger: { type: 'action_trigger_function_call', config: {} },
        },
      ],
    });
    model.willReply('Sure, for how many people will that be?', [
      { type: 'text', text: 'Done. Goodbye!' },
      { type: 'tool_call', call: { id: 'call_1', name: 'end_conversation', arguments: '{}' } },
      { type: 'finished', reason: 'tool_calls' },
    ]);
    const carrier = await begunCall();
    carrier.speak(new Uint8Array(160).fill(0xff));
    await eventually(() => expect(callControl.transcript()).toEqual(['bot: Hello, this is Ada.']));
    transcriber.session.hears('I need a table');
    await eventually(() => expect(callControl.transcript()).toHaveLength(3));
    transcriber.session.hears('for four');
    await closing(carrier);

    expect(callControl.transcript()).toEqual([
      'bot: Hello, this is Ada.',
      'human: I need a table',
      'bot: Sure, for how many people will that be?',
      'human: for four',
      'bot: Done. Goodbye!',
    ]);
    expect(callControl.verbs()).toEqual(['attach', 'finish']);
    expect(callControl.asked[0]?.request).toMatchObject({
      call_id: callControl.spec.call_id,
      nonce: 'n1',
      carrier_call_sid: carrier.callSid,
      stream_sid: carrier.streamSid,
      instance: 'spec',
    });
    expect(callControl.asked[1]?.request).toMatchObject({
      stint: 1,
      reason: 'agent_ended',
      error_message: null,
    });
    expect(carrier.closed).toEqual({ code: 1000, reason: 'agent_ended' });
    expect(transcriber.session).toMatchObject({ receivedBytes: 160, isClosed: true });
    // With the process, and with the socket.
    expect([model.warmed, synthesizer.warmed]).toEqual([2, 2]);
    await eventually(() =>
      expect(callControl.facts.at(-1)?.body).toEqual({ type: 'detached', reason: 'agent_ended' }),
    );
    expect(callControl.facts.map(({ n }) => n)).toEqual(callControl.facts.map((_, index) => index + 1));
    expect(callControl.facts.filter(({ body }) => body.type === 'turn_metrics')).toHaveLength(2);
  });

  test('every frame sent has exactly the carrier’s fields, and audio comes in whole frames', async () => {
    const carrier = await begunCall();
    await eventually(() => expect(callControl.transcript()).toHaveLength(1));
    const { streamSid } = carrier;
    const shapes = {
      media: { event: 'media', streamSid, media: { payload: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/) } },
      mark: { event: 'mark', streamSid, mark: { name: expect.any(String) } },
      clear: { event: 'clear', streamSid },
    };
    expect(carrier.frames.map(({ event }) => event)).toContain('mark');
    for (const frame of carrier.frames)
      expect(frame).toStrictEqual(shapes[frame.event as keyof typeof shapes]);
    for (const { media } of carrier.frames) {
      if (media) expect(Buffer.from(media.payload, 'base64').length % 160).toBe(0);
    }
    carrier.hangUp();
    await closing(carrier);
  });

  test('a caller who interrupts is let speak at once, and the record ends where the speech did', async () => {
    callControl.spec = testSpec({ initial_message: `Well ${'and then '.repeat(80)}done.` });
    const carrier = await begunCall();
    await eventually(() => expect(carrier.playedBytes).toBeGreaterThan(160 * 20));
    transcriber.session.hears('stop please');
    await eventually(() => expect(carrier.frames.map(({ event }) => event)).toContain('clear'));
    await eventually(() => expect(callControl.transcript()[0]).toMatch(/^bot: Well and.*-$/));
    expect(callControl.transcript()[0]?.length).toBeLessThan(400);
    carrier.hangUp();
    await closing(carrier);
  });

  test('a caller who hangs up ends it here, and nobody is asked to end it', async () => {
    const carrier = await begunCall();
    carrier.hangUp();
    await eventually(() => expect(callControl.facts.at(-1)?.body).toMatchObject({ type: 'detached' }));
    expect(callControl.verbs()).toEqual(['attach']);
    expect(transcriber.session.isClosed).toBe(true);
  });

  test('a socket that breaks is the same', async () => {
    const carrier = await begunCall();
    carrier.socket.terminate();
    await eventually(() => expect(callControl.facts.at(-1)?.body).toMatchObject({ type: 'detached' }));
    expect(model.running).toBe(0);
  });

  test('keys of the caller reach the model', async () => {
    const carrier = await begunCall();
    await eventually(() => expect(callControl.transcript()).toHaveLength(1));
    carrier.press('5');
    await eventually(() => expect(model.requests).toHaveLength(1));
    expect(model.requests[0]?.messages.at(-1)).toEqual({ role: 'user', content: '[pressed 5]' });
    carrier.hangUp();
    await closing(carrier);
  });

  test('a transfer is checked, announced, committed, and only then is the socket closed', async () => {
    const id = newId();
    callControl.spec = testSpec({
      actions: [
        {
          id,
          user_id: newId(),
          type: 'action_transfer_call',
          config: { phone_number: '+15005550009' },
          action_trigger: { type: 'action_trigger_function_call', config: {} },
        },
      ],
    });
    model.willReply([
      { type: 'text', text: 'I will put you through.' },
      { type: 'tool_call', call: { id: 'call_1', name: 'transfer_call', arguments: '{}' } },
      { type: 'finished', reason: 'tool_calls' },
    ]);
    const carrier = await begunCall();
    await eventually(() => expect(callControl.transcript()).toHaveLength(1));
    transcriber.session.hears('a person please');
    await closing(carrier);
    expect(callControl.verbs()).toEqual(['attach', 'check-transfer', 'transfer']);
    expect(callControl.asked[2]?.request).toMatchObject({ action_id: id, phone_number: '+15005550009' });
    await eventually(() =>
      expect(callControl.facts.at(-1)?.body).toEqual({ type: 'detached', reason: 'transferred' }),
    );
    expect(callControl.transcript().at(-1)).toBe('bot: I will put you through.');
  });

  test('taken up again, it goes on where it was', async () => {
    callControl.stint = 2;
    callControl.history = [{ kind: 'human', text: 'I need a table' }];
    const carrier = await begunCall();
    await eventually(() => expect(callControl.transcript()).toEqual(['bot: Sorry, please go on.']));
    expect(callControl.facts[0]?.stint).toBe(2);
    carrier.hangUp();
    await closing(carrier);
  });
});

describe('faults', () => {
  test('a model that fails twice: an apology within 4 s, then the end with the error', async () => {
    const busy = new AppError('rate_limited', 'MODEL.RATE_LIMITED', 'Too many requests.');
    model.willReply(busy, busy);
    const carrier = await begunCall();
    await eventually(() => expect(callControl.transcript()).toHaveLength(1));
    transcriber.session.hears('hello there');
    const saidMs = performance.now();
    await eventually(() => expect(synthesizer.texts).toContain(apology));
    expect(performance.now() - saidMs).toBeLessThan(4_000);
    await closing(carrier);
    expect(callControl.transcript().at(-1)).toBe(`bot: ${apology}`);
    expect(callControl.asked.at(-1)?.request).toMatchObject({
      reason: 'provider_failed',
      error_message: 'MODEL.RATE_LIMITED: Too many requests.',
      last_words: null,
    });
  });

  test('a lost transcriber is opened again and goes on hearing', async () => {
    const carrier = await begunCall();
    transcriber.session.listener.onFailure(new AppError('unavailable', 'TRANSCRIBER.UNAVAILABLE', 'Gone.'));
    await eventually(() => expect(transcriber.sessions).toHaveLength(2));
    expect(transcriber.sessions[0]?.isClosed).toBe(true);
    carrier.speak(new Uint8Array(160));
    await eventually(() => expect(transcriber.session.receivedBytes).toBe(160));
    carrier.hangUp();
    await closing(carrier);
  });

  test('an end that cannot be committed at once is tried again before the socket is closed', async () => {
    callControl.finishFailures = 1;
    const locked = new AppError('unauthenticated', 'SYNTHESIZER.UNAUTHENTICATED', 'Wrong key.');
    synthesizer.faults.push(locked);
    const carrier = await begunCall();
    await closing(carrier);
    expect(callControl.verbs()).toEqual(['attach', 'finish', 'finish']);
    const ids = callControl.asked.slice(1).map(({ request }) => request['command_id']);
    expect(new Set(ids).size).toBe(1);
    // The voice is dead, so the carrier has to say it.
    expect(callControl.asked.at(-1)?.request).toMatchObject({ last_words: apology });
  });

  test('facts outlast NATS: told once it is back, none lost', async () => {
    const carrier = await begunCall();
    await eventually(() => expect(callControl.transcript()).toHaveLength(1));
    await server.kill();
    transcriber.session.hears('is anyone there');
    await eventually(() => expect(model.requests).toHaveLength(1));
    carrier.hangUp();
    await server.start();
    await eventually(() => expect(callControl.facts.at(-1)?.body).toMatchObject({ type: 'detached' }), {
      timeoutMs: 15_000,
    });
    expect(callControl.transcript()).toContain('human: is anyone there');
  });
});

describe('a leg that comes and goes', () => {
  test('that hangs up while it is attached: the stint hears of its end, and nothing was begun', async () => {
    const carrier = await TestCarrier.open(carrierOptions());
    const answer = callControl.holdBack();
    carrier.start();
    await eventually(() => expect(callControl.verbs()).toEqual(['attach']));
    carrier.hangUp();
    await closing(carrier);
    answer();
    await eventually(() => expect(callControl.facts.at(-1)?.body.type).toBe('detached'));
    expect(callControl.facts).toHaveLength(1);
    expect(transcriber.sessions).toEqual([]);
    expect(synthesizer.texts).toEqual([]);
  });

  test('of an earlier stint does not take the call from a later one', async () => {
    callControl.stint = 2;
    const later = await begunCall();
    callControl.stint = 1;
    const earlier = await TestCarrier.open(carrierOptions());
    earlier.start();
    await closing(earlier);
    expect(later.closed).toBeUndefined();
    later.hangUp();
    await closing(later);
  });

  test('of a later stint takes the call from the earlier one', async () => {
    const earlier = await begunCall();
    callControl.stint = 2;
    const later = await TestCarrier.open(carrierOptions());
    later.start();
    await closing(earlier);
    expect(later.closed).toBeUndefined();
    later.hangUp();
    await closing(later);
  });

  test('is waited for when the process stops while it is attached', async () => {
    const carrier = await TestCarrier.open(carrierOptions());
    const answer = callControl.holdBack();
    carrier.start();
    await eventually(() => expect(callControl.verbs()).toEqual(['attach']));
    const stopped = stopMedia();
    answer();
    await eventually(() => expect(callControl.transcript()).toEqual(['bot: Hello, this is Ada.']));
    carrier.hangUp();
    await stopped;
    expect(callControl.facts.at(-1)?.body).toMatchObject({ type: 'detached' });
  });
});

describe('a trace', () => {
  const tracePath = () => join(traceDir, `${callControl.spec.call_id}.1.jsonl`);

  test('of a call, replayed, tells the same facts', async () => {
    const carrier = await begunCall();
    await eventually(() => expect(callControl.transcript()).toHaveLength(1));
    transcriber.session.hears('is anyone there');
    await eventually(() => expect(callControl.transcript()).toHaveLength(3));
    carrier.hangUp();
    await stopMedia();
    const trace = parseTrace(await readFile(tracePath(), 'utf8'));
    const told = replay(trace!).flatMap((effects) =>
      effects.flatMap((effect) => (effect.type === 'tell' ? [effect.fact] : [])),
    );
    const facts = callControl.facts.map(({ body }) => body);
    expect(facts.at(-1)).toMatchObject({ type: 'detached' });
    expect(facts.slice(0, -1)).toEqual(told);
  });

  test('is not kept of a call that may not be', async () => {
    callControl.spec = { ...callControl.spec, hipaa_compliant: true };
    const carrier = await begunCall();
    carrier.hangUp();
    await stopMedia();
    expect(await readdir(traceDir)).not.toContain(`${callControl.spec.call_id}.1.jsonl`);
  });
});

describe('the door', () => {
  const refusedWith = async (socket: WebSocket): Promise<number> => {
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    return response.statusCode;
  };

  test('a wrong, missing or foreign signature or token is 403, and nobody is asked', async () => {
    const good = carrierOptions();
    expect(await refusedWith(openSocket({ ...good, signature: 'bm90IHRoZSByaWdodCBvbmU=' }))).toBe(403);
    expect(await refusedWith(openSocket({ ...good, signature: null }))).toBe(403);
    expect(await refusedWith(openSocket({ ...good, authToken: 'another' }))).toBe(403);
    expect(await refusedWith(openSocket({ ...good, publicMediaUrl: 'ws://127.0.0.1' }))).toBe(403);
    const foreign = Buffer.alloc(32, 8).toString('base64');
    expect(await refusedWith(openSocket(carrierOptions(tokenFor({ key: foreign }))))).toBe(403);
    expect(await refusedWith(openSocket(carrierOptions(tokenFor({ expiresAtMs: Date.now() - 1_000 }))))).toBe(
      403,
    );
    expect(await refusedWith(openSocket(carrierOptions('x')))).toBe(403);
    expect(callControl.asked).toEqual([]);
  });

  test('a call through a user’s own account is let in by that account’s token alone', async () => {
    const account = { userId: callControl.spec.user_id, connectionId: newId() };
    const binding = {
      userId: account.userId,
      resource: 'account_connections',
      id: account.connectionId,
      field: 'twilio_auth_token',
    };
    const sealed = SecretBox.fromKeys(settings.SECRETS_KEYS).seal('theirs', binding);
    const config = new AskServer({ nats, service: 'config', logger: new RecordingLogger() });
    config.answer(getSigningToken, ({ id }) => {
      if (id !== account.connectionId) throw new AppError('not_found', 'ACCOUNT_CONNECTION.NOT_FOUND', 'no');
      return { twilio_account_sid: 'AC1', twilio_auth_token: sealed, version: 1 };
    });
    await config.start();
    closers.push(() => config.close());
    const ofAccount = carrierOptions(tokenFor({ account }));
    const unknown = carrierOptions(tokenFor({ account: { ...account, connectionId: newId() } }));
    expect(await refusedWith(openSocket(ofAccount))).toBe(403);
    expect(await refusedWith(openSocket({ ...unknown, authToken: 'theirs' }))).toBe(403);
    expect(await refusedWith(openSocket({ ...carrierOptions(), authToken: 'theirs' }))).toBe(403);
    const carrier = await TestCarrier.open({ ...ofAccount, authToken: 'theirs' });
    carrier.start();
    await eventually(() => expect(transcriber.sessions).toHaveLength(1));
  });

  test('a leg that call-control refuses is closed', async () => {
    callControl.refusal = new AppError('forbidden', 'CALL.TOKEN_USED', 'The token was used.');
    const carrier = await TestCarrier.open(carrierOptions());
    carrier.start();
    await closing(carrier);
    expect(carrier.closed?.code).toBe(1008);
    expect(transcriber.sessions).toEqual([]);
  });

  test.each([
    ['a binary frame', Buffer.from('{}'), 1003],
    ['no JSON', 'nonsense', 1007],
    ['a bad payload', { event: 'media', streamSid: 'MZ1', media: { payload: '???' } }, 1007],
    ['audio before the start', { event: 'media', streamSid: 'MZ1', media: { payload: 'AAAA' } }, 1008],
    ['an oversized frame', `"${'x'.repeat(70_000)}"`, 1009],
  ])('%s closes that socket with its reason', async (_, frame, code) => {
    const carrier = await TestCarrier.open(carrierOptions());
    carrier.sendRaw(frame);
    await closing(carrier);
    expect(carrier.closed?.code).toBe(code);
  });

  test('another call does not notice', async () => {
    const good = await begunCall();
    callControl.spec = testSpec();
    const bad = await TestCarrier.open(carrierOptions());
    bad.start();
    bad.sendRaw({ event: 'media', streamSid: 'MZ-other', media: { payload: 'AAAA' } });
    await closing(bad);
    expect(bad.closed).toEqual({ code: 1008, reason: 'frame of another stream' });
    await eventually(() => expect(callControl.transcript()).toContain('bot: Hello, this is Ada.'));
    expect(good.closed).toBeUndefined();
    good.hangUp();
    await closing(good);
  });

  test('more sockets than the process may hold are sent away', async () => {
    const carriers = await Promise.all([1, 2, 3, 4].map(() => TestCarrier.open(carrierOptions())));
    expect(await refusedWith(openSocket(carrierOptions()))).toBe(503);
    for (const { socket } of carriers) socket.terminate();
  });
});

describe('the process', () => {
  test('lets go of a call when told, in that stint only', async () => {
    const carrier = await begunCall();
    const asks = new AskClient(nats);
    const subject = mediaSubject('spec', 'detach');
    const detach = (stint: number) =>
      asks.ask(
        mediaDetach,
        { call_id: callControl.spec.call_id, stint, reason: 'ended by the API' },
        { subject },
      );
    expect(await detach(2)).toEqual({ held: false });
    expect(await detach(1)).toEqual({ held: true });
    await closing(carrier);
    expect(callControl.verbs()).toEqual(['attach']);
    await eventually(() =>
      expect(callControl.facts.at(-1)?.body).toMatchObject({ reason: 'ended by the API' }),
    );
    expect(await detach(1)).toEqual({ held: false });
  });

  test('says whether it is well, and whether it is ready', async () => {
    const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    expect(await get('/healthz')).toBe(200);
    expect(await get('/readyz')).toBe(200);
    expect(await get('/media/x')).toBe(404);
  });

  test('tells its metrics', async () => {
    const carrier = await begunCall();
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
    expect(answer.headers.get('content-type')).toContain('text/plain');
    const text = await answer.text();
    expect(text).toContain('calls_held 1\n');
    expect(text).toContain('process_resident_memory_bytes ');
    carrier.hangUp();
    await closing(carrier);
  });

  test('that stops takes no further call, and lets the running one end by itself', async () => {
    const carrier = await begunCall();
    const stopped = stopMedia();
    const late = openSocket(carrierOptions());
    late.on('error', () => undefined);
    const [, response] = (await once(late, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(503);
    await eventually(() => expect(callControl.transcript()).toHaveLength(1));
    expect(carrier.closed).toBeUndefined();
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(503);
    carrier.hangUp();
    await stopped;
    expect(callControl.facts.at(-1)?.body).toMatchObject({ type: 'detached' });
  });

  test('holds nothing of a call that is over', async () => {
    const before = process.getActiveResourcesInfo().length;
    for (let round = 0; round < 3; round += 1) {
      const carrier = await TestCarrier.open(carrierOptions());
      carrier.start();
      await eventually(() => expect(transcriber.sessions).toHaveLength(round + 1));
      carrier.hangUp();
      await closing(carrier);
    }
    await eventually(() => expect(process.getActiveResourcesInfo().length).toBeLessThanOrEqual(before));
  });
});
