import { isUuid } from '@parley/kernel';
import { SmallSystem, startSmallSystem } from './testing/small-system';

/** What the tests read of an answer, whichever it is. */
interface Answer {
  readonly id: string;
  readonly number: string;
  readonly agent: unknown;
  readonly inbound_agent: { id: string; actions: unknown; voice: unknown };
}

/** Every request that the API's own documentation shows, as its clients put it on the wire. */
describe('the documented requests', () => {
  let system: SmallSystem;
  let number: string;

  beforeAll(async () => {
    system = await startSmallSystem();
    number = (await ok(system.send('POST', '/v1/numbers/buy'))).number;
  });
  afterAll(() => system.close());

  /** As each of the documented clients sends a body. */
  const clients: [string, Record<string, string>][] = [
    ['curl', { 'content-type': 'application/json' }],
    [
      'the Node SDK',
      {
        'content-type': 'application/json; charset=utf-8',
        'x-fern-language': 'JavaScript',
        'x-fern-sdk-name': '@vocode/vocode-api',
        'x-fern-sdk-version': '0.0.46',
      },
    ],
    [
      'the Python SDK',
      { 'content-type': 'application/json', 'x-fern-language': 'Python', 'x-fern-sdk-name': 'vocode-api' },
    ],
    ['curl without a header for the type', { 'content-type': 'application/x-www-form-urlencoded' }],
  ];

  async function ok(sending: Promise<Response>): Promise<Answer> {
    const response = await sending;
    const answer = (await response.json()) as Answer;
    expect([response.status, response.status === 200 ? [] : answer]).toEqual([200, []]);
    return answer;
  }
  const post = (path: string, body: unknown, headers: Record<string, string>) =>
    ok(system.send('POST', path, JSON.stringify(body), headers));
  const updateNumber = (body: unknown, headers: Record<string, string>) =>
    post(`/v1/numbers/update?phone_number=${number}`, body, headers);

  describe.each(clients)('by %s', (_, headers) => {
    it.each([
      [{ type: 'action_end_conversation' }, {}],
      [{ type: 'action_dtmf' }, {}],
      [
        { type: 'action_transfer_call', config: { phone_number: '11234567890' } },
        { phone_number: '11234567890' },
      ],
    ])('make the action %j', async (body, config) => {
      const made = await post('/v1/actions/create', body, headers);
      expect(made).toMatchObject({ type: body.type, config });
      expect(isUuid(made.id)).toBe(true);
      expect(await ok(system.send('GET', `/v1/actions?id=${made.id}`))).toEqual(made);
      expect(await ok(system.send('GET', `/v1/actions/?id=${made.id}`))).toEqual(made);
    });

    it('attach an action by its id', async () => {
      const { id } = await post('/v1/actions/create', { type: 'action_dtmf' }, headers);
      const updated = await updateNumber({ inbound_agent: { actions: [id] } }, headers);
      expect(updated.inbound_agent.actions).toMatchObject([{ id, type: 'action_dtmf' }]);
    });

    it('attach an action given whole', async () => {
      const action = { type: 'action_transfer_call', config: { phone_number: '11234567890' } };
      const updated = await updateNumber({ inbound_agent: { actions: [action] } }, headers);
      expect(updated.inbound_agent.actions).toMatchObject([action]);
    });

    it('change what an agent is made of, in every form of the first specification', async () => {
      const webhook = { url: 'https://example.com/hook', subscriptions: ['event_message'], method: 'POST' };
      const voice = { type: 'voice_azure', voice_name: 'en-US-AriaNeural', pitch: 1, rate: 20 };
      const updated = await updateNumber(
        { inbound_agent: { prompt: 'Be kind.', voice, webhook, initial_message: 'Hi', actions: [] } },
        headers,
      );
      expect(updated.inbound_agent).toMatchObject({
        prompt: { content: 'Be kind.' },
        voice,
        webhook,
        initial_message: 'Hi',
        actions: [],
      });
      const undefineds = { prompt: {}, actions: {}, voice: {}, initial_message: {}, webhook: {} };
      expect(await updateNumber({ inbound_agent: undefineds }, headers)).toEqual(updated);
      const nulls = { prompt: null, actions: null, voice: null };
      expect(await updateNumber({ inbound_agent: nulls }, headers)).toEqual(updated);
      const inParts = {
        voice: { type: 'voice_azure', pitch: {}, rate: 5 },
        webhook: { url: {}, method: 'GET' },
      };
      expect((await updateNumber({ inbound_agent: inParts }, headers)).inbound_agent).toMatchObject({
        voice: { ...voice, rate: 5 },
        webhook: { ...webhook, method: 'GET' },
      });
    });

    it('attach an agent by its id', async () => {
      const agent = await post(
        '/v1/agents/create',
        {
          prompt: 'Be brief.',
          voice: { type: 'voice_eleven_labs', voice_id: 'v', stability: '.2', api_key: 'xi-key' },
          actions: [{ type: 'action_end_conversation' }],
          webhook: { url: 'https://example.com/hook', subscriptions: [] },
        },
        headers,
      );
      const updated = await updateNumber({ inbound_agent: agent.id }, headers);
      expect(updated.inbound_agent).toEqual(agent);
      const key = { type: 'voice_eleven_labs', api_key: 'xi-other' };
      const rekeyed = await updateNumber({ inbound_agent: { voice: key } }, headers);
      expect(rekeyed.inbound_agent.voice).toMatchObject({
        voice_id: 'v',
        stability: 0.2,
        api_key: '************',
      });
    });

    it('send back a whole number that they were given', async () => {
      const given = await updateNumber({}, headers);
      expect(await updateNumber(given, headers)).toMatchObject({
        number: given.number,
        inbound_agent: { id: given.inbound_agent.id },
      });
    });

    it('place a call, with an agent by its id', async () => {
      const { inbound_agent } = await updateNumber({}, headers);
      const call = await post(
        '/v1/calls/create',
        { from_number: number, to_number: '11234567890', agent: inbound_agent.id },
        headers,
      );
      expect(call).toMatchObject({
        status: 'not_started',
        recording_available: false,
        to_number: '11234567890',
        from_number: number,
        agent: { id: inbound_agent.id },
      });
      expect(await ok(system.send('GET', `/v1/calls?id=${call.id}`))).toEqual(call);
    });

    it('place a call, with an agent given whole, and end it', async () => {
      const voice = { type: 'voice_rime', speaker: 'young_male' };
      const { id, agent } = await post(
        '/v1/calls/create',
        { from_number: number, to_number: '+1 (123) 456-7890', agent: { prompt: { content: 'Hi' }, voice } },
        headers,
      );
      expect(agent).toMatchObject({ prompt: { content: 'Hi' }, voice });
      const ended = await ok(system.send('POST', `/v1/calls/end?id=${id}`, null, headers));
      expect(ended).toMatchObject({ id, status: 'ended' });
    });
  });

  it('take a number with its plus sign, written or escaped', async () => {
    for (const phone of [`+${number}`, `%2B${number}`]) {
      const updated = await ok(system.send('POST', `/v1/numbers/update?phone_number=${phone}`, '{}'));
      expect(updated.number).toBe(number);
    }
  });

  it('bind an Idempotency-Key to what was asked of which object', async () => {
    const placed = await Promise.all(
      [1, 2].map(() =>
        post(
          '/v1/calls/create',
          { from_number: number, to_number: '11234567890', agent: { prompt: 'x' } },
          {},
        ),
      ),
    );
    const key = { 'idempotency-key': 'one' };
    for (const call of placed) {
      await ok(system.send('POST', `/v1/calls/end?id=${call.id}`, null, key));
      await ok(system.send('POST', `/v1/calls/end?id=${call.id}`, null, key));
    }
    const ends = system.asked.filter(({ subject }) => subject === 'call.v1.end').slice(-4);
    const ids = ends.map(({ request }) => (request as { command_id: string }).command_id);
    expect([ids[0] === ids[1], ids[2] === ids[3], ids[0] === ids[2]]).toEqual([true, true, false]);
  });

  it('lose no change that comes under the Idempotency-Key of another one', async () => {
    const key = { 'idempotency-key': 'two' };
    const send = (path: string, body: unknown) =>
      ok(system.send('POST', path, JSON.stringify(body), key)) as Promise<Answer & { content: string }>;
    const { id } = await send('/v1/prompts/create', { content: 'a' });
    expect((await send('/v1/prompts/create', { content: 'b' })).id).not.toBe(id);
    for (const content of ['c', 'd']) {
      expect(await send(`/v1/prompts/update?id=${id}`, { content })).toMatchObject({ id, content });
    }
  });

  it('make one thing of two equal requests at once', async () => {
    const body = JSON.stringify({ type: 'action_dtmf' });
    const headers = { 'idempotency-key': 'at once' };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => system.send('POST', '/v1/actions/create', body, headers)),
    );
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    const made = answers.filter(({ status }) => status === 200);
    const ids = await Promise.all(made.map(async (answer) => ((await answer.json()) as Answer).id));
    const again = await ok(system.send('POST', '/v1/actions/create', body, headers));
    expect(new Set([...ids, again.id]).size).toBe(1);
  });
});
