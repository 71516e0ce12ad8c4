import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ask } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import { eventually, RecordingLogger, testNats } from '@parley/testing';
import type { TestNats } from '@parley/testing';
import { headers } from 'nats';
import type { Msg, NatsConnection } from 'nats';
import { z } from 'zod';
import { AskClient, Answers, AskServer, closeNats, connectNats, currentTraceId } from './index';

const double = ask('test.v1.double', {
  request: z.object({ number: z.number(), times: z.number().default(2) }),
  response: z.object({ product: z.number() }),
  timeoutMs: 2_000,
});
const fail = ask('test.v1.fail', {
  request: z.object({ how: z.enum(['app-error', 'bug', 'bad-reply', 'unserialisable']) }),
  response: z.object({ ok: z.boolean(), big: z.unknown().optional() }),
});
const trace = ask('test.v1.trace', { request: z.object({}), response: z.string() });

const notFound = (): AppError =>
  new AppError('not_found', 'THING.NOT_FOUND', 'No such thing.', { details: { thing: 7 } });

@Controller()
class TestController {
  @Answers(double)
  multiply({ number, times }: z.output<typeof double.request>): { product: number } {
    return { product: number * times };
  }

  @Answers(fail)
  async fail({ how }: z.output<typeof fail.request>): Promise<{ ok: boolean; big?: unknown }> {
    await Promise.resolve();
    if (how === 'app-error') throw notFound();
    if (how === 'bug') throw new Error('secret detail of a bug');
    if (how === 'unserialisable') return { ok: true, big: 1n };
    return { ok: 'yes' } as unknown as { ok: boolean };
  }
}

@Module({ controllers: [TestController] })
class TestModule {}

describe('asks over NATS', () => {
  let server: TestNats;
  let nats: NatsConnection;
  let client: AskClient;
  let logger: RecordingLogger;
  let answering: AskServer;

  beforeAll(async () => {
    server = await testNats();
    nats = await connectNats({ url: server.url, name: 'spec', logger: new RecordingLogger() });
    client = new AskClient(nats);
  });
  afterAll(async () => {
    await closeNats(nats);
    await server.close();
  });
  beforeEach(() => {
    logger = new RecordingLogger();
    answering = new AskServer({ nats, service: 'test', logger, maxInFlight: 2, drainTimeoutMs: 2_000 });
  });
  afterEach(() => answering.close());

  const rawReply = async (
    subject: string,
    data: string | Uint8Array,
  ): Promise<{ error: string; body: unknown }> => {
    const reply = await nats.request(subject, data, { timeout: 2_000 });
    return { error: reply.headers?.get('Parley-Error') ?? '', body: reply.json() };
  };

  describe('with handlers in a Nest controller', () => {
    let close: () => Promise<void>;
    beforeEach(async () => {
      const app = await NestFactory.createMicroservice(TestModule, { strategy: answering, logger: false });
      await app.listen();
      close = () => app.close();
    });
    afterEach(() => close());

    it('parses the request, with its defaults, and the response', async () => {
      await expect(client.ask(double, { number: 21 })).resolves.toEqual({ product: 42 });
    });

    it('hands an AppError on with its code, kind and details', async () => {
      const error: unknown = await client.ask(fail, { how: 'app-error' }).catch((e: unknown) => e);
      expect(error).toMatchObject({ code: 'THING.NOT_FOUND', kind: 'not_found', details: { thing: 7 } });
      expect(AppError.is(error)).toBe(true);
    });

    it('answers a bug with internal, logs its cause and tells none of it', async () => {
      const error: unknown = await client.ask(fail, { how: 'bug' }).catch((e: unknown) => e);
      expect(error).toMatchObject({ kind: 'internal', code: 'INTERNAL' });
      expect(JSON.stringify((error as AppError).toWire())).not.toContain('secret');
      const line = logger.lines.find(({ level }) => level === 'error');
      expect((line?.fields['err'] as Error).message).toBe('secret detail of a bug');
    });

    it.each(['bad-reply', 'unserialisable'] as const)('answers a %s with internal', async (how) => {
      await expect(client.ask(fail, { how })).rejects.toMatchObject({ kind: 'internal' });
    });

    it.each([
      ['text', 'hello'],
      ['nothing', ''],
      ['half of a JSON object', '{"number":'],
      ['bytes that are not UTF-8', Uint8Array.of(0xff, 0xfe, 0x00)],
      ['the wrong shape', '{"number":"one"}'],
      ['null', 'null'],
    ])('answers %s with invalid, and goes on', async (_, garbage) => {
      nats.publish(double.subject, garbage);
      const { error, body } = await rawReply(double.subject, garbage);
      expect(error).toMatch(/^(ASK.NOT_JSON|REQUEST.INVALID)$/);
      expect(body).toMatchObject({ kind: 'invalid' });
      await expect(client.ask(double, { number: 1 })).resolves.toEqual({ product: 2 });
    });

    it('names the wrong field', async () => {
      const wrong = { number: 'one' } as unknown as { number: number };
      const error: unknown = await client.ask(double, wrong).catch((e: unknown) => e);
      expect((error as AppError).issues?.[0]?.path).toEqual(['body', 'number']);
    });
  });

  it('says at once when nobody listens', async () => {
    await expect(client.ask(double, { number: 1 })).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'ASK.NO_RESPONDER',
      details: { subject: 'test.v1.double' },
    });
  });

  it('gives each asker its own answer, whatever order they come in', async () => {
    const held: Msg[] = [];
    const subscription = nats.subscribe(double.subject, {
      callback: (_, message) => {
        if (held.push(message) < 3) return;
        for (const each of held.reverse()) {
          each.respond(JSON.stringify({ product: each.json<{ number: number }>().number * 2 }));
        }
      },
    });
    const answers = Promise.all([1, 2, 3].map((number) => client.ask(double, { number })));
    await expect(answers).resolves.toEqual([{ product: 2 }, { product: 4 }, { product: 6 }]);
    subscription.unsubscribe();
  });

  it('says at once when the connection is closed, to those that wait and to those that come', async () => {
    const own = await connectNats({ url: server.url, name: 'closing', logger });
    const asker = new AskClient(own);
    const asked = new Promise((resolve) => {
      nats.subscribe(double.subject, { max: 1, callback: resolve });
    });
    await nats.flush();
    const disconnected = { code: 'ASK.DISCONNECTED', kind: 'unavailable' };
    const waiting = expect(asker.ask(double, { number: 1 })).rejects.toMatchObject(disconnected);
    await asked;
    await own.close();
    await waiting;
    await expect(asker.ask(double, { number: 1 })).rejects.toMatchObject(disconnected);
  });

  it('gives up at the deadline', async () => {
    answering.answer(double, () => new Promise<never>(() => undefined));
    await answering.start();
    await expect(client.ask(double, { number: 1 }, { timeoutMs: 30 })).rejects.toMatchObject({
      kind: 'timeout',
      code: 'ASK.TIMEOUT',
    });
    await answering.close();
  }, 10_000);

  it('drops a request whose deadline has passed, unanswered', async () => {
    let handled = 0;
    answering.answer(double, () => {
      handled += 1;
      return { product: 1 };
    });
    await answering.start();
    const header = headers();
    header.set('Parley-Deadline', String(Date.now() - 1));
    const late = nats.request(double.subject, '{"number":1}', { timeout: 200, headers: header });
    await expect(late).rejects.toMatchObject({ code: 'TIMEOUT' });
    expect(handled).toBe(0);
    expect(logger.messages('warn')).toEqual(['ask dropped: deadline passed']);
  });

  it('listens on the subject of one instance, added while it runs and closed alone', async () => {
    await answering.start();
    const one = answering.answer(double, () => ({ product: 1 }), { subject: 'media.v1.one.double' });
    answering.answer(double, () => ({ product: 2 }), { subject: 'media.v1.two.double' });
    const askOne = () => client.ask(double, { number: 0 }, { subject: 'media.v1.one.double' });
    await expect(askOne()).resolves.toEqual({ product: 1 });
    await one.close();
    await expect(askOne()).rejects.toMatchObject({ code: 'ASK.NO_RESPONDER' });
    await expect(client.ask(double, { number: 0 }, { subject: 'media.v1.two.double' })).resolves.toEqual({
      product: 2,
    });
  });

  it('gives each request to one process of the service', async () => {
    const other = new AskServer({ nats, service: 'test', logger });
    let handled = 0;
    for (const each of [answering, other]) {
      each.answer(double, () => ({ product: (handled += 1) }));
      await each.start();
    }
    for (let n = 0; n < 20; n += 1) await client.ask(double, { number: n });
    expect(handled).toBe(20);
    await other.close();
  });

  it('carries the trace from the asker through the handler', async () => {
    answering.answer(trace, () => currentTraceId() ?? 'none');
    await answering.start();
    await expect(client.ask(trace, {}, { traceId: 'trace-1' })).resolves.toBe('trace-1');
  });

  it('refuses more than it can hold, and takes requests again after', async () => {
    const waiting: (() => void)[] = [];
    answering.answer(double, async () => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return { product: 1 };
    });
    await answering.start();
    const held = [client.ask(double, { number: 1 }), client.ask(double, { number: 2 })];
    await eventually(() => expect(waiting).toHaveLength(2));
    await expect(client.ask(double, { number: 3 })).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'ASK.OVERLOADED',
    });
    for (const release of waiting.splice(0)) release();
    await Promise.all(held);
    const again = client.ask(double, { number: 4 });
    await eventually(() => expect(waiting).toHaveLength(1));
    waiting[0]?.();
    await expect(again).resolves.toEqual({ product: 1 });
  });

  it('finishes what runs before close resolves, and takes nothing new', async () => {
    let release = (): void => undefined;
    const entered = new Promise<void>((resolve) => {
      answering.answer(double, async () => {
        resolve();
        await new Promise<void>((go) => (release = go));
        return { product: 9 };
      });
    });
    await answering.start();
    const running = client.ask(double, { number: 1 });
    await entered;
    let closed = false;
    const closing = answering.close().then(() => (closed = true));
    await eventually(() =>
      expect(client.ask(double, { number: 2 }, { timeoutMs: 500 })).rejects.toMatchObject({
        code: 'ASK.NO_RESPONDER',
      }),
    );
    expect(closed).toBe(false);
    release();
    await expect(running).resolves.toEqual({ product: 9 });
    await closing;
  });
});
