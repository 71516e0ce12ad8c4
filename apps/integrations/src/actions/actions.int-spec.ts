import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { runAction } from '@parley/contracts';
import { eventually } from '@parley/testing';
import { answering, CustomerServer, hanging } from '../testing/customer-server';
import { bookingAsk, signatureSecret, startIntegrationsHarness } from '../testing/integrations.harness';
import type { IntegrationsPlaces } from '../testing/integrations.harness';

describe('an external action', () => {
  const customer = new CustomerServer();
  let places: IntegrationsPlaces;
  let closedPort: number;

  beforeAll(async () => {
    await customer.start();
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    closedPort = (probe.address() as AddressInfo).port;
    await new Promise((resolve) => probe.close(resolve));
    places = await startIntegrationsHarness({
      ACTION_ALLOWED_HOSTS: `${customer.host},127.0.0.1:${closedPort}`,
    });
  });

  afterAll(async () => {
    await places.close();
    await customer.close();
  });

  beforeEach(() => {
    customer.taken.length = 0;
    customer.answerWith(answering({ result: { booked: true } }));
  });

  const ask = (changes: Parameters<typeof bookingAsk>[2] = {}, url = customer.url) =>
    bookingAsk(places.secrets, url, changes);
  const run = (request: ReturnType<typeof bookingAsk>) => places.asks.ask(runAction, request);
  const rowOf = async ({ user_id, call_id }: { user_id: string; call_id: string }) => {
    const rows = await places.database.query<Record<string, unknown>[]>(
      'SELECT state, reason, input, answer FROM effects WHERE user_id = $1 AND call_id = $2',
      [user_id, call_id],
    );
    return rows[0];
  };

  it('is one POST with the exact bytes signed', async () => {
    const request = ask();
    await expect(run(request)).resolves.toEqual({
      success: true,
      result: { booked: true },
      agent_message: null,
    });
    expect(customer.taken).toHaveLength(1);
    const [{ method, headers, body }] = customer.taken as [(typeof customer.taken)[0]];
    expect(method).toBe('POST');
    expect(body.toString()).toBe(
      String.raw`{"payload": {"length": "30m", "note": "\u00e9 \ud83d\ude00"}, "call_id": "${request.call_id}"}`,
    );
    expect(headers).toMatchObject({ accept: 'application/json', 'content-type': 'application/json' });
    const key = Buffer.from(signatureSecret, 'base64');
    expect(headers['x-vocode-signature']).toBe(createHmac('sha256', key).update(body).digest('base64'));
    expect(await rowOf(request)).toMatchObject({ state: 'done', input: request.input });
  });

  it.each<[string, boolean, unknown, string | null]>([
    ['is spoken', true, 'You are booked.', 'You are booked.'],
    ['is not spoken unless the agent speaks on receiving', false, 'You are booked.', null],
    ['may be null', true, null, null],
    ['may be empty', true, ' ', null],
  ])('the agent_message %s', async (_, speak_on_receive, agent_message, expected) => {
    customer.answerWith(answering({ result: {}, agent_message }));
    const answer = await run(ask({ action: { speak_on_receive } }));
    expect(answer).toEqual({ success: true, result: {}, agent_message: expected });
  });

  it.each<[string, Parameters<CustomerServer['answerWith']>[0], RegExp]>([
    ['401', answering({}, 401), /could not be authorized/],
    ['403', answering({}, 403), /could not be authorized/],
    ['422', answering({ why: 'no such time' }, 422), /clarified/],
    ['503', answering('busy', 503), /had an error/],
    ['a redirect', answering('', 307), /cannot be used/],
    ['no JSON', answering('<html>'), /not a JSON object/],
    ['no result', answering({ ok: 1 }), /no object named result/],
    ['a list as the result', answering({ result: [] }), /no object named result/],
    ['another agent_message', answering({ result: {}, agent_message: 5 }), /agent_message is not a text/],
    ['too much', answering({ result: { text: 'x'.repeat(70_000) } }), /too long/],
  ])('%s is no success, and the model is told why', async (_, reply, info) => {
    customer.answerWith(reply);
    const request = ask();
    const answer = await run(request);
    expect(answer).toMatchObject({ success: false, agent_message: null });
    expect(answer.result['info']).toMatch(info);
    expect(customer.taken).toHaveLength(1);
    expect(await rowOf(request)).toMatchObject({ state: 'failed' });
  });

  it('shows the model what the server says of a failure, and its status', async () => {
    customer.answerWith(answering({ why: 'no such time' }, 422));
    const { result } = await run(ask());
    expect(result).toMatchObject({ status: 422, response: '{"why":"no such time"}' });
  });

  it('keeps what Postgres has no text for', async () => {
    customer.answerWith(answering(String.raw`{"result": {"odd": "\u0000\ud800"}}`));
    const request = ask({ input: { length: '30m', odd: '\u0000' } });
    const answer = await run(request);
    expect(answer.result).toEqual({ odd: '\u0000\ud800' });
    await expect(run(request)).resolves.toEqual(answer);
  });

  it.each<[string, string]>([
    ['a private address', 'http://10.0.0.1/'],
    ['this machine', 'http://127.0.0.1:4222/'],
    ['a forbidden port', 'http://example.com:25/'],
  ])('never goes to %s', async (_, url) => {
    const answer = await run(ask({}, url));
    expect(answer.result['info']).toMatch(/could not be reached. Nothing was done/);
  });

  it('is not sent when the input does not fit the schema', async () => {
    const request = ask({ input: { length: '2h' } });
    const answer = await run(request);
    expect(answer.result['info']).toMatch(/^The input was not sent: length must be equal to one of/);
    expect(customer.taken).toHaveLength(0);
    expect(await rowOf(request)).toMatchObject({ state: 'failed', reason: 'ACTION.BAD_INPUT' });
  });

  it('is not sent when its secret does not open', async () => {
    const answer = await run(ask({ action: { signature_secret: 'v1:other:x:y' } }));
    expect(answer).toMatchObject({ success: false, result: { info: 'The request cannot be signed.' } });
    expect(customer.taken).toHaveLength(0);
  });

  it('a connection that is refused is tried again, and nothing was done', async () => {
    const answer = await run(ask({}, `http://127.0.0.1:${closedPort}/`));
    expect(answer.result['info']).toMatch(/could not be reached/);
  });

  it('a request that was cut off is not sent again, and its outcome is not known', async () => {
    customer.answerWith((response) => response.socket?.destroy());
    const request = ask();
    const answer = await run(request);
    expect(answer).toMatchObject({ success: false, result: { outcome: 'unknown' } });
    await expect(run(request)).resolves.toEqual(answer);
    expect(customer.taken).toHaveLength(1);
  });

  it('a server that hangs costs ten seconds, not more', async () => {
    customer.answerWith(hanging);
    const startedMs = performance.now();
    const answer = await run(ask());
    const tookMs = performance.now() - startedMs;
    expect(answer).toMatchObject({ success: false, result: { outcome: 'unknown' } });
    expect(tookMs).toBeGreaterThan(9_900);
    expect(tookMs).toBeLessThan(10_600);
  });

  it('asked for twenty times at once it is sent once, and everyone gets the answer', async () => {
    customer.answerWith((response, request) =>
      setTimeout(() => answering({ result: { n: customer.taken.length } })(response, request), 200),
    );
    const request = ask();
    const answers = await Promise.all(Array.from({ length: 20 }, () => run(request)));
    expect(customer.taken).toHaveLength(1);
    for (const answer of answers) expect(answer.result).toEqual({ n: 1 });
    await expect(run(request)).resolves.toEqual(answers[0]);
    expect(customer.taken).toHaveLength(1);
  });

  it('the same tool call with another input is refused', async () => {
    const request = ask();
    await run(request);
    await expect(run({ ...request, input: { length: '1hr' } })).rejects.toMatchObject({
      code: 'ACTION.OTHER_INPUT',
      kind: 'conflict',
    });
    expect(customer.taken).toHaveLength(1);
  });

  it('another call, or another user, with the same tool call is another effect', async () => {
    const [one, two] = [ask(), ask()];
    await Promise.all([run(one), run(two)]);
    expect(customer.taken).toHaveLength(2);
  });

  it('of a call that must not be kept, nothing of it is', async () => {
    customer.answerWith(answering({ result: { name: 'Ada' } }));
    const request = ask({ hipaa: true });
    await expect(run(request)).resolves.toMatchObject({ result: { name: 'Ada' } });
    expect(await rowOf(request)).toMatchObject({ state: 'done', input: null, answer: null });
    await eventually(async () =>
      expect(await run(request)).toEqual({
        success: true,
        result: { info: 'This was done before.' },
        agent_message: null,
      }),
    );
    expect(customer.taken).toHaveLength(1);
  });
});
