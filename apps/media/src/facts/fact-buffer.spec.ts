import { AppError, FakeClock } from '@parley/kernel';
import type { CallFact, FactBody } from '@parley/contracts';
import { createLogger } from '@parley/observability';
import { FactBuffer } from './fact-buffer';

const logger = createLogger({ service: 'spec', level: 'silent' });
const key = { userId: 'u', callId: 'c', stint: 2 };
const message = (text: string): FactBody => ({
  type: 'message',
  sender: 'human',
  text,
  started_at_ms: 0,
  interrupted: false,
});
const metrics = (turn: number): FactBody => ({
  type: 'turn_metrics',
  turn,
  model_requested_ms: null,
  first_token_ms: null,
  speech_requested_ms: null,
  first_byte_ms: null,
  first_frame_ms: null,
  own_ms: null,
  latency_ms: null,
  end_of_turn_ms: null,
  prepared: 'none',
  model_calls: 1,
});
const settled = async () => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};

function buffer(maxFacts?: number) {
  const clock = new FakeClock(1_000);
  const stored: CallFact[] = [];
  const faults: (Error | null)[] = [];
  const teller = {
    tell: (_subject: string, _id: string, payload: unknown) => {
      const fault = faults.shift();
      if (fault) return Promise.reject(fault);
      stored.push(payload as CallFact);
      return Promise.resolve();
    },
  };
  return { clock, stored, faults, facts: new FactBuffer(key, teller, clock, logger, maxFacts) };
}

const away = () => new AppError('unavailable', 'TELL.UNAVAILABLE', 'No stream.');

test('facts are counted from 1 and stored in order', async () => {
  const { facts, stored } = buffer();
  ['a', 'b', 'c'].forEach((text) => facts.add(message(text)));
  expect(await facts.flushed(1_000)).toBe(true);
  expect(stored.map(({ n, stint, call_id }) => [call_id, stint, n])).toEqual([
    ['c', 2, 1],
    ['c', 2, 2],
    ['c', 2, 3],
  ]);
});

test('while the stream is away they wait, and none overtakes another', async () => {
  const { facts, stored, faults, clock } = buffer();
  faults.push(away(), away(), away());
  facts.add(message('a'));
  facts.add(message('b'));
  await settled();
  expect(stored).toEqual([]);
  for (let round = 0; round < 10; round += 1) {
    clock.advance(1_000);
    await settled();
  }
  expect(stored.map(({ n }) => n)).toEqual([1, 2]);
});

test('a fact that no stream will ever take holds nothing up', async () => {
  const { facts, stored, faults } = buffer();
  faults.push(new AppError('invalid', 'TELL.TOO_LARGE', 'Too large.'));
  facts.add(message('a'));
  facts.add(message('b'));
  await settled();
  expect(stored.map(({ n }) => n)).toEqual([2]);
});

test('a full buffer gives up times before words', async () => {
  const { facts, stored, faults, clock } = buffer(4);
  faults.push(away());
  facts.add(message('a'));
  facts.add(metrics(1));
  facts.add(message('b'));
  facts.add(metrics(2));
  facts.add(message('c'));
  facts.add(message('d'));
  await settled();
  clock.advance(5_000);
  await settled();
  expect(stored.map(({ body }) => (body.type === 'message' ? body.text : body.type))).toEqual([
    'a',
    'b',
    'c',
    'd',
  ]);
  expect(facts.dropped).toBe(2);
});

test('flushing gives up after its time, and closing forgets the rest', async () => {
  const { facts, faults, clock } = buffer();
  faults.push(...Array.from({ length: 99 }, away));
  facts.add(message('a'));
  const flushed = facts.flushed(3_000);
  for (let round = 0; round < 8; round += 1) {
    clock.advance(1_000);
    await settled();
  }
  expect(await flushed).toBe(false);
  facts.close();
  expect(await facts.flushed(1)).toBe(true);
});
