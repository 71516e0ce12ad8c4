import type { ConversationEvent, Integrations } from '@parley/conversation';
import { FakeLanguageModel } from '@parley/conversation/testing';
import { AppError, FakeClock } from '@parley/kernel';
import { createLogger } from '@parley/observability';
import { OutsideRequests } from './outside-requests';

const run = { toolCallId: 't', actionId: 'a', input: {} };
const request = { messages: [], tools: [], temperature: 0, model: null };
const answer = { success: true, result: { table: 7 }, agentMessage: null };
const turns = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));

function outside(given: Partial<Integrations> = {}) {
  const clock = new FakeClock();
  const model = new FakeLanguageModel();
  const heard: ConversationEvent[] = [];
  const unused = () => {
    throw new Error('not expected');
  };
  const integrations: Integrations = { runAction: unused, lookUp: unused, ...given };
  const logger = createLogger({ service: 'spec', level: 'silent' });
  const requests = new OutsideRequests({
    integrations,
    model,
    clock,
    logger,
    hear: (event) => void heard.push(event),
  });
  return { requests, clock, model, heard };
}

test('an action’s answer is heard', async () => {
  const { requests, heard } = outside({ runAction: () => Promise.resolve(answer) });
  await requests.runAction(3, run);
  expect(heard).toEqual([{ type: 'action_answered', runId: 3, answer }]);
});

test('an action that could not be run is a problem and an answer, so that nobody waits', async () => {
  const fault = new AppError('unavailable', 'ASK.NO_RESPONDER', 'Nobody answers.');
  const { requests, heard } = outside({ runAction: () => Promise.reject(fault) });
  await requests.runAction(3, run);
  expect(heard).toEqual([
    expect.objectContaining({ type: 'problem_noticed', code: 'ASK.NO_RESPONDER' }),
    { type: 'action_answered', runId: 3, answer: expect.objectContaining({ success: false }) },
  ]);
});

test('a look-up that does not answer is given up, and is a problem once', async () => {
  const { requests, clock, heard } = outside({ lookUp: () => new Promise(() => undefined) });
  for (const id of [1, 2]) {
    const asked = requests.lookUp(id, 'opening hours');
    clock.advance(1_000);
    await asked;
  }
  expect(heard.map((event) => event.type)).toEqual(['problem_noticed', 'looked_up', 'looked_up']);
  expect(heard[2]).toEqual({ type: 'looked_up', lookupId: 2, passages: [] });
});

test('a summary is the whole text of a reply', async () => {
  const { requests, model, heard } = outside();
  model.willReply('They want a table.');
  await requests.summarise(5, request);
  expect(heard).toEqual([{ type: 'summary_ready', summaryId: 5, text: 'They want a table.' }]);
});

test.each([
  ['fails', new AppError('unavailable', 'MODEL.UNAVAILABLE', 'Down.')],
  ['breaks off', [{ type: 'text' as const, text: 'They' }]],
  ['is empty', [{ type: 'finished' as const, reason: 'stop' as const }]],
])('a summary that %s is none', async (_, script) => {
  const { requests, model, heard } = outside();
  model.script.push(script);
  await requests.summarise(5, request);
  expect(heard).toEqual([{ type: 'summary_ready', summaryId: 5, text: null }]);
});

test('a model that does not end its summary is stopped', async () => {
  const { requests, clock, model, heard } = outside();
  let stopped = false;
  model.reply = async function* (_, signal) {
    yield { type: 'text', text: 'They' };
    await aborted(signal);
    stopped = true;
  };
  const asked = requests.summarise(5, request);
  clock.advance(30_000);
  await asked;
  await turns();
  expect(heard).toEqual([{ type: 'summary_ready', summaryId: 5, text: null }]);
  expect(stopped).toBe(true);
});

test('after the call nothing is heard any more, and no timer is left', async () => {
  let give: (given: typeof answer) => void = () => undefined;
  const { requests, clock, model, heard } = outside({
    runAction: () => new Promise((resolve) => (give = resolve)),
    lookUp: () => new Promise(() => undefined),
  });
  model.reply = async function* (_, signal) {
    yield { type: 'text', text: 'They' };
    await aborted(signal);
  };
  const running = requests.runAction(3, run);
  void requests.lookUp(4, 'x');
  void requests.summarise(5, request);
  requests.close();
  give(answer);
  await running;
  clock.advance(60_000);
  await turns();
  expect(heard).toEqual([]);
});
