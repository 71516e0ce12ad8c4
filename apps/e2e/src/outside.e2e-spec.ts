import { createHmac } from 'node:crypto';
import { eventually } from '@parley/testing';
import { agentParams } from './agents';
import { JournalLine, Journals, RunningSystem } from './running-system';
import { ada, ben } from './scripts';

const signatureSecret = 'MX/9/+iblnUoAAM2Jft8sgeY1bevJvuih2nr7XKPHIY=';

const model = {
  rules: [
    {
      when: { lastUserContains: ['book'], notYetCalled: 'book' },
      say: 'One moment.',
      tool: { name: 'book', arguments: { time: '10:30am', note: 'né' } },
    },
    { when: { afterTool: 'book' }, say: 'Here is what I know.' },
    { when: { lastUserContains: ['parking'], toldContains: ['sycamore'] }, say: 'Behind the house.' },
  ],
  otherwise: { say: 'All right.' },
};

const asks = (words: string, hears: string) => ({
  ...{ name: 'Ada', answerAfterMs: 100, patienceMs: 16_000 },
  steps: [
    { waitFor: 'agent_finished' },
    { say: words },
    { waitFor: { word: hears } },
    { waitFor: 'agent_finished' },
    { hangUp: true },
  ],
});

/** What a call does in the customer's world; the sandbox's receiver is that world. */
describe('a customer’s own systems, end to end', () => {
  let system: RunningSystem;
  let number: string;

  beforeAll(async () => {
    system = RunningSystem.attach();
    ({ number } = await system.api<{ number: string }>('POST', '/v1/numbers/buy', {}));
  });

  const scene = async (receiver: object[], callers: object) => {
    await system.control('POST', '/script', { callers, model, receiver });
    await system.control('POST', '/faults', {});
    await system.forget();
  };

  const bookAction = (changes: object = {}) => ({
    type: 'action_external',
    config: {
      ...{ name: 'book', description: 'Books a table.', url: `${system.run.sandboxReceiverUrl}/book` },
      input_schema: {
        type: 'object',
        required: ['time'],
        properties: { time: { type: 'string', pattern: '^\\d{2}:\\d0[ap]m$' }, note: { type: 'string' } },
      },
      ...{ speak_on_send: true, speak_on_receive: true, signature_secret: signatureSecret },
      ...changes,
    },
  });

  const call = (params: object) =>
    system.api<{ id: string }>('POST', '/v1/calls/create', {
      from_number: number,
      to_number: ada,
      agent: params,
    });

  const eventsOf = ({ receiver }: Journals, type: string): JournalLine[] =>
    receiver.filter(({ body }) => (body as { type?: string }).type === type);

  const whenTold = () =>
    eventually(
      async () => {
        const journals = await system.journals();
        if (eventsOf(journals, 'event_transcript').length === 0) throw new Error('no event_transcript yet');
        return journals;
      },
      { timeoutMs: 60_000, everyMs: 100 },
    );

  const taken = ({ receiver }: Journals, path: string) =>
    receiver.filter((line) => String(line['path']).split('?')[0] === path);

  const heardWords = ({ caller }: Journals) =>
    caller.filter(({ kind }) => kind === 'heard_word').map(({ word }) => String(word));

  it('an action is sent once, signed, and its answer is spoken word for word', async () => {
    const body = { result: { booked: true }, agent_message: 'Your table waits for you.' };
    await scene([{ path: '/book', body, delayMs: 500 }], { [ada]: asks('Please book a table.', 'table') });
    const { id } = await call(agentParams(system, [bookAction()]));
    const journals = await whenTold();
    const requests = taken(journals, '/book');
    expect(requests).toHaveLength(1);
    const [{ text, headers, method }] = requests as [JournalLine];
    expect(method).toBe('POST');
    expect(text).toBe(String.raw`{"payload": {"time": "10:30am", "note": "n\u00e9"}, "call_id": "${id}"}`);
    const hmac = createHmac('sha256', Buffer.from(signatureSecret, 'base64'));
    expect(headers['x-vocode-signature']).toBe(hmac.update(String(text)).digest('base64'));
    expect(heardWords(journals).join(' ')).toMatch(/one moment.*your table waits for you/);
    const finished = eventsOf(journals, 'event_action').find(
      (line) => line['body'].payload.action_output !== undefined,
    );
    expect(finished?.['body'].payload).toMatchObject({
      action_type: 'action_external',
      action_input: { time: '10:30am' },
    });
  });

  it.each<[string, object]>([
    ['fails', { path: '/book', status: 503 }],
    ['refuses', { path: '/book', status: 403 }],
    ['answers nonsense', { path: '/book', body: ['nonsense'] }],
    ['hangs', { path: '/book', hangs: true }],
  ])('a server that %s leaves the agent never mute: the model is told, and speaks', async (_, answer) => {
    await scene([answer], { [ada]: asks('Please book a table.', 'know') });
    await call(agentParams(system, [bookAction()]));
    const journals = await whenTold();
    expect(taken(journals, '/book')).toHaveLength(1);
    expect(heardWords(journals).join(' ')).toContain('here is what i know');
  });

  it('an input that does not fit the schema is not sent, and the model is told', async () => {
    await scene([{ path: '/book' }], { [ada]: asks('Please book a table.', 'know') });
    const input_schema = { type: 'object', properties: { time: { enum: ['noon'] } } };
    await call(agentParams(system, [bookAction({ input_schema })]));
    const journals = await whenTold();
    expect(taken(journals, '/book')).toHaveLength(0);
    expect(heardWords(journals).join(' ')).toContain('here is what i know');
  });

  describe('of who calls in', () => {
    const greeted = async (answer: object) => {
      const caller = {
        name: 'Ben',
        steps: [{ waitFor: 'agent_finished' }, { waitFor: { ms: 300 } }, { hangUp: true }],
      };
      await scene([{ path: '/who', ...answer }], { [ben]: caller });
      const context_endpoint = `${system.run.sandboxReceiverUrl}/who?of=guests`;
      await system.api('POST', `/v1/numbers/update?phone_number=${number}`, {
        inbound_agent: {
          ...agentParams(system, []),
          prompt: { content: 'You help ${name}.', context_endpoint },
          initial_message: 'Hello ${name} from Riverside.',
        },
      });
      const startedMs = Date.now();
      await system.control('POST', '/calls/inbound', { from: ben, to: `+${number}`, caller: 'Ben' });
      const journals = await whenTold();
      const firstWord = journals.caller.find(({ kind }) => kind === 'heard_word');
      return { journals, firstWordMs: (firstWord?.atMs ?? Infinity) - startedMs };
    };

    it('the context endpoint is asked, and fills the greeting', async () => {
      const { journals } = await greeted({ body: { name: 'Benjamin', tags: [] } });
      expect(taken(journals, '/who').map(({ path }) => String(path))).toEqual([
        `/who?of=guests&phone_number=${ben.slice(1)}`,
      ]);
      expect(heardWords(journals).join(' ')).toContain('hello benjamin from riverside');
      const { call_id } = eventsOf(journals, 'event_transcript')[0]?.['body'] as { call_id: string };
      expect(await system.api('GET', `/v1/calls?id=${call_id}`)).toMatchObject({
        context: { name: 'Benjamin' },
      });
    });

    it.each<[string, object, number]>([
      ['fails', { status: 500 }, 3_500],
      ['hangs', { hangs: true }, 6_500],
    ])('an endpoint that %s costs the name, not the call', async (_, answer, withinMs) => {
      const { journals, firstWordMs } = await greeted(answer);
      expect(heardWords(journals).join(' ')).toContain('hello from riverside');
      expect(firstWordMs).toBeLessThan(withinMs);
    });
  });

  it('documents are put by the API, and reach the model with the caller’s words', async () => {
    const content = 'Parking is free under the sycamore behind the house.\n\nWe open at nine.';
    const { id } = await system.api<{ id: string }>('POST', '/parley/v1/knowledge/put', {
      name: 'Handbook',
      content,
    });
    try {
      await scene([], { [ada]: asks('Is there any parking?', 'house') });
      await call(agentParams(system, []));
      expect(heardWords(await whenTold()).join(' ')).toContain('behind the house');
    } finally {
      await system.api('POST', `/parley/v1/knowledge/delete?id=${id}`);
    }
  });
});
