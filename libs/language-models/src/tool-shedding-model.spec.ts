import type { LanguageModel, ReplyEvent, ReplyRequest } from '@parley/conversation';
import { AppError } from '@parley/kernel';
import { ToolSheddingModel } from './tool-shedding-model';

const finished: ReplyEvent = { type: 'finished', reason: 'stop' };
const tool = (name: string) => ({ name, description: '', parameters: { type: 'object' } });
const request: ReplyRequest = {
  messages: [],
  tools: ['end_conversation', 'book', 'cancel'].map(tool),
  temperature: 0,
  model: null,
};
const refusal = (details: Readonly<Record<string, unknown>>) =>
  new AppError('invalid', 'MODEL.REJECTED', 'The model refused the request.', { details });

/** Refuses with `refuse`'s error as long as it gives one for the names of the offered tools. */
function given(refuse: (names: readonly string[]) => AppError | undefined) {
  const offered: string[][] = [];
  const model: LanguageModel = {
    name: 'm',
    async *reply({ tools }) {
      await Promise.resolve();
      const names = tools.map(({ name }) => name);
      offered.push(names);
      const error = refuse(names);
      if (error) throw error;
      yield finished;
    },
    warm: () => undefined,
  };
  const skipped: (readonly string[])[] = [];
  const shedding = new ToolSheddingModel(model, {
    maySkip: ({ name }) => name !== 'end_conversation',
    onSkipped: (names) => skipped.push(names),
  });
  const reply = async () => {
    const events: ReplyEvent[] = [];
    for await (const event of shedding.reply(request, new AbortController().signal)) events.push(event);
    return events;
  };
  return { reply, offered, skipped };
}

test('a tool that is named is left out, for the rest of the call', async () => {
  const { reply, offered, skipped } = given((names) =>
    names.includes('book') ? refusal({ status: 400, tool: 'book' }) : undefined,
  );
  expect(await reply()).toEqual([finished]);
  expect(await reply()).toEqual([finished]);
  expect(offered).toEqual([
    ['end_conversation', 'book', 'cancel'],
    ['end_conversation', 'cancel'],
    ['end_conversation', 'cancel'],
  ]);
  expect(skipped).toEqual([['book']]);
});

test('one after the other, when each is named in turn', async () => {
  const { reply, skipped } = given((names) => {
    const bad = names.find((name) => name !== 'end_conversation');
    return bad === undefined ? undefined : refusal({ status: 422, tool: bad });
  });
  expect(await reply()).toEqual([finished]);
  expect(skipped).toEqual([['book', 'cancel']]);
});

test('all that customers wrote are left out when none is named', async () => {
  const { reply, skipped } = given((names) => (names.length > 1 ? refusal({ status: 400 }) : undefined));
  expect(await reply()).toEqual([finished]);
  expect(skipped).toEqual([['book', 'cancel']]);
});

test.each([
  ['that stays refused', { status: 400 }, 2],
  ['that is too long', { status: 400, vendorCode: 'context_length_exceeded' }, 1],
  ['for an unknown model', { status: 404 }, 1],
  ['for a tool of ours', { status: 400, tool: 'end_conversation' }, 1],
])('a request %s fails as ever, and no tool is blamed', async (_, details, times) => {
  const { reply, offered, skipped } = given(() => refusal(details));
  await expect(reply()).rejects.toMatchObject({ code: 'MODEL.REJECTED' });
  expect(offered).toHaveLength(times);
  expect(skipped).toEqual([]);
});

test('other failures pass', async () => {
  const { reply, offered } = given(() => new AppError('unavailable', 'MODEL.UNAVAILABLE', 'Away.'));
  await expect(reply()).rejects.toMatchObject({ code: 'MODEL.UNAVAILABLE' });
  expect(offered).toHaveLength(1);
});
