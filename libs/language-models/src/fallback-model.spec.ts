import type { LanguageModel, ReplyEvent, ReplyRequest } from '@parley/conversation';
import { AppError, CircuitBreaker, FakeClock, FallbackChain } from '@parley/kernel';
import { FallbackModel } from './fallback-model';

type Step = ReplyEvent | Error | 'hang' | 'slow' | 'pause';

const text = (words: string): ReplyEvent => ({ type: 'text', text: words });
const finished: ReplyEvent = { type: 'finished', reason: 'stop' };
const away = () => new AppError('unavailable', 'MODEL.UNAVAILABLE', 'Away.');
const wrongKey = () => new AppError('unauthenticated', 'MODEL.UNAUTHENTICATED', 'No.');
const busy = () => new AppError('rate_limited', 'MODEL.RATE_LIMITED', 'Busy.');
const request: ReplyRequest = { messages: [], tools: [], temperature: 0, model: 'asked' };

/** Plays one script a request, the last one from then on. */
class ScriptedModel implements LanguageModel {
  readonly asked: (string | null)[] = [];
  aborted = 0;
  goOn: () => void = () => undefined;

  constructor(
    readonly name: string,
    private readonly scripts: Step[][],
  ) {}

  async *reply({ model }: ReplyRequest, signal: AbortSignal): AsyncGenerator<ReplyEvent> {
    this.asked.push(model);
    for (const step of this.scripts[Math.min(this.asked.length, this.scripts.length) - 1] ?? []) {
      await Promise.resolve();
      if (step === 'hang') {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        this.aborted += 1;
        return;
      }
      if (step === 'pause') {
        await new Promise<void>((resolve) => (this.goOn = resolve));
        continue;
      }
      if (step instanceof Error) throw step;
      if (step !== 'slow') yield step;
    }
  }

  warm(): void {
    throw new Error('not asked for');
  }
}

function given(...scripts: Step[][][]) {
  const clock = new FakeClock();
  const models = scripts.map((script, index) => new ScriptedModel(`m${index}`, script));
  const switches: string[] = [];
  const links = models.map((provider) => ({
    name: provider.name,
    provider: { provider, model: `${provider.name}-model` },
    breaker: new CircuitBreaker(clock),
  }));
  const chain = new FallbackChain(links, ({ from, to, error }) =>
    switches.push(`${from} ${to} ${error?.code ?? ''}`),
  );
  return { clock, models, switches, chain, model: new FallbackModel(chain, { clock }) };
}

async function read(model: LanguageModel, signal = new AbortController().signal): Promise<string> {
  let said = '';
  for await (const event of model.reply(request, signal)) said += event.type === 'text' ? event.text : '.';
  return said;
}

const settle = () => new Promise(setImmediate);

test('asks the first, with its own model', async () => {
  const { model, models, switches } = given([[text('Hello'), finished]], [[]]);
  expect(await read(model)).toBe('Hello.');
  expect([models[0]?.asked, models[1]?.asked, switches]).toEqual([['m0-model'], [], []]);
});

test('a refused key moves on at once, and for the rest of the call', async () => {
  const { model, models, switches } = given([[wrongKey()]], [[text('Hi'), finished]]);
  expect([await read(model), await read(model)]).toEqual(['Hi.', 'Hi.']);
  expect(models[0]?.asked).toHaveLength(1);
  expect(switches).toEqual(['m0 m1 MODEL.UNAUTHENTICATED']);
});

test('one that shows a sign of life is waited for, and followed when it fails after all', async () => {
  const { model, clock, models, switches } = given(
    [[text(''), 'pause', text(''), 'pause', text('Long'), finished]],
    [[]],
  );
  const whole = read(model);
  for (let pause = 0; pause < 2; pause += 1) {
    await settle();
    clock.advance(1_000);
    models[0]?.goOn();
  }
  expect([await whole, switches]).toEqual(['Long.', []]);
  const dead = given([[text(''), 'hang']], [[text('Here'), finished]]);
  const followed = read(dead.model);
  await settle();
  dead.clock.advance(1_200);
  expect([await followed, dead.switches]).toEqual(['Here.', ['m0 m1 MODEL.STALLED']]);
});

test('a quick failure is tried once more with the same model', async () => {
  const { model, models, switches } = given([[away()], [text('Back'), finished]], [[]]);
  expect(await read(model)).toBe('Back.');
  expect([models[0]?.asked.length, switches]).toEqual([2, []]);
});

test.each([
  ['fails twice', [away()], 2],
  ['takes no more requests', [busy()], 1],
] as const)('one that %s is followed by the next', async (_, script, asked) => {
  const { model, models } = given([[...script]], [[text('Hi'), finished]]);
  expect(await read(model)).toBe('Hi.');
  expect(models[0]?.asked).toHaveLength(asked);
});

test('one that is silent for 1.2 s is given up, and the next one asked', async () => {
  const { model, models, clock, switches } = given([['hang']], [[text('Hi'), finished]]);
  const said = read(model);
  await settle();
  clock.advance(1_199);
  await settle();
  expect(models[1]?.asked).toHaveLength(0);
  clock.advance(1);
  expect(await said).toBe('Hi.');
  expect([models[0]?.aborted, switches]).toEqual([1, ['m0 m1 MODEL.TIMEOUT']]);
});

test('the last one is not hurried', async () => {
  const { model, models, clock } = given([[wrongKey()]], [['hang']]);
  const abort = new AbortController();
  const said = read(model, abort.signal);
  await settle();
  clock.advance(60_000);
  await settle();
  expect(models[1]?.aborted).toBe(0);
  abort.abort();
  expect(await said).toBe('');
});

test('a reply without a word is asked for again, at last with the next model', async () => {
  const { model, models, switches } = given([[finished]], [[text('Hi'), finished]]);
  expect(await read(model)).toBe('Hi.');
  expect([models[0]?.asked.length, switches]).toEqual([2, ['m0 m1 MODEL.EMPTY']]);
  expect(await read(given([[finished]]).model)).toBe('.');
});

test('where silence is an answer, a reply without a word is one', async () => {
  const { chain, clock, models } = given([[finished]], [[text('Hi'), finished]]);
  expect(await read(new FallbackModel(chain, { clock, takesSilence: true }))).toBe('.');
  expect(models[1]?.asked).toEqual([]);
});

test('what was given in part is not asked again: the next request goes to the next', async () => {
  const { model, models, clock, switches } = given([[text('I'), 'hang']], [[text('Hi'), finished]]);
  const said = read(model);
  await settle();
  clock.advance(1_200);
  await expect(said).rejects.toMatchObject({ code: 'MODEL.STALLED' });
  expect(switches).toEqual(['m0 m1 MODEL.STALLED']);
  expect(await read(model)).toBe('Hi.');
  expect(models[0]?.asked).toHaveLength(1);
});

test('when all fail, the last fault is told', async () => {
  const { model } = given([[wrongKey()]], [[busy()]]);
  await expect(read(model)).rejects.toMatchObject({ code: 'MODEL.RATE_LIMITED' });
});

test('one that was aborted by its caller has not failed', async () => {
  const { model, clock, switches } = given([['hang']], [[]]);
  const abort = new AbortController();
  const said = read(model, abort.signal);
  await settle();
  abort.abort();
  expect(await said).toBe('');
  clock.advance(5_000);
  expect(switches).toEqual([]);
});
