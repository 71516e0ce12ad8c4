import { lookUp, runAction } from '@parley/contracts';
import type { RunAction } from '@parley/contracts';
import { AppError, SystemClock } from '@parley/kernel';
import { AskClient, AskServer, closeNats, connectNats } from '@parley/messaging';
import type { NatsConnection } from '@parley/messaging';
import { RecordingLogger, testNats } from '@parley/testing';
import type { TestNats } from '@parley/testing';
import { testSpec } from '../testing/test-call';
import { NatsIntegrations } from './nats-integrations';

const action = {
  id: '0190d2a4-0000-7000-8000-000000000001',
  user_id: '0190d2a4-0000-7000-8000-000000000002',
  type: 'action_external' as const,
  action_trigger: { type: 'action_trigger_function_call' as const, config: {} },
  config: {
    processing_mode: 'muted' as const,
    name: 'Book',
    description: 'Books.',
    url: 'https://x.test/book',
    input_schema: { type: 'object' as const },
    speak_on_send: true,
    speak_on_receive: true,
    signature_secret: 'sealed',
  },
};
const spec = { ...testSpec({ actions: [action] }), hipaa_compliant: true };
const run = { toolCallId: '1:7:call_1', actionId: action.id, input: { people: 2 } };
const { signal } = new AbortController();

let server: TestNats;
let nats: NatsConnection;
let answering: AskServer;

beforeAll(async () => (server = await testNats()));
afterAll(() => server.close());
beforeEach(async () => {
  nats = await connectNats({ url: server.url, name: 'spec', logger: new RecordingLogger() });
  answering = new AskServer({ nats, service: 'integrations', logger: new RecordingLogger() });
});
afterEach(async () => {
  await answering.close();
  await closeNats(nats);
});

const integrations = () => new NatsIntegrations(new AskClient(nats), new SystemClock(), spec);

test('an action is run as the call’s snapshot has it, and no description or trigger leaves with it', async () => {
  let asked: RunAction | undefined;
  answering.answer(runAction, (request) => {
    asked = request;
    return { success: true, result: { table: 7 }, agent_message: 'Booked.' };
  });
  await answering.start();
  await expect(integrations().runAction(run, signal)).resolves.toEqual({
    success: true,
    result: { table: 7 },
    agentMessage: 'Booked.',
  });
  expect(asked).toEqual({
    user_id: spec.user_id,
    call_id: spec.call_id,
    tool_call_id: '1:7:call_1',
    action: {
      id: action.id,
      name: 'Book',
      url: 'https://x.test/book',
      input_schema: { type: 'object' },
      signature_secret: 'sealed',
      speak_on_receive: true,
    },
    input: { people: 2 },
    hipaa: true,
  });
});

test('while nobody answers it is asked again, with the same ids', async () => {
  const asked: string[] = [];
  answering.answer(runAction, (request) => {
    asked.push(request.tool_call_id);
    if (asked.length < 3) throw new AppError('unavailable', 'DATABASE.AWAY', 'Not now.');
    return { success: true, result: {}, agent_message: null };
  });
  const running = integrations().runAction(run, signal);
  await answering.start();
  await expect(running).resolves.toMatchObject({ success: true });
  expect(asked).toEqual(['1:7:call_1', '1:7:call_1', '1:7:call_1']);
});

test('a refusal is not asked again, and neither is anything once the call is over', async () => {
  let asked = 0;
  const over = new AbortController();
  answering.answer(runAction, () => {
    asked += 1;
    throw asked === 1
      ? new AppError('conflict', 'ACTION.OTHER_INPUT', 'No.')
      : new AppError('unavailable', 'DATABASE.AWAY', 'Not now.');
  });
  await answering.start();
  await expect(integrations().runAction(run, signal)).rejects.toMatchObject({ code: 'ACTION.OTHER_INPUT' });
  over.abort();
  await expect(integrations().runAction(run, over.signal)).rejects.toMatchObject({ code: 'DATABASE.AWAY' });
  expect(asked).toBe(2);
});

test('an action of another agent is not run', async () => {
  const other = { ...run, actionId: '0190d2a4-0000-7000-8000-00000000000f' };
  await expect(integrations().runAction(other, signal)).rejects.toMatchObject({ code: 'ACTION.UNKNOWN' });
});

test('a look-up brings passages', async () => {
  const passage = { text: 'Open at nine.', source: null, score: 0.9 };
  answering.answer(lookUp, (request) => {
    expect(request).toMatchObject({ agent_id: spec.agent.id, vector_database: null, words: 'opening hours' });
    return { passages: [passage] };
  });
  await answering.start();
  await expect(integrations().lookUp('opening hours')).resolves.toEqual([passage]);
});
