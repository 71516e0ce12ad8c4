import fc from 'fast-check';
import { SimulatedCall } from '../testing';

/** One turn as an uneasy transcriber tells it: likely ends that were none, and words put right at the end. */
interface UneasyTurn {
  readonly parts: readonly {
    readonly words: number;
    readonly pauseMs: number;
    readonly isResumed: boolean;
  }[];
  readonly likelyEndMs: number;
  readonly endMs: number;
  readonly isRevised: boolean;
}

const uneasyTurn: fc.Arbitrary<UneasyTurn> = fc.record({
  parts: fc.array(
    fc.record({
      words: fc.integer({ min: 1, max: 4 }),
      pauseMs: fc.integer({ min: 0, max: 900 }),
      isResumed: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  likelyEndMs: fc.integer({ min: 0, max: 400 }),
  endMs: fc.integer({ min: 0, max: 900 }),
  isRevised: fc.boolean(),
});

interface Uneasy {
  readonly turns: readonly UneasyTurn[];
  readonly firstTokenMs: number;
  readonly tokenMs: number;
  readonly firstAudioMs: number;
  readonly prepareAhead: 'reply' | 'speech';
}

const uneasy: fc.Arbitrary<Uneasy> = fc.record({
  turns: fc.array(uneasyTurn, { minLength: 1, maxLength: 4 }),
  firstTokenMs: fc.integer({ min: 0, max: 1_500 }),
  tokenMs: fc.integer({ min: 0, max: 60 }),
  firstAudioMs: fc.integer({ min: 0, max: 900 }),
  prepareAhead: fc.constantFrom('reply' as const, 'speech' as const),
});

/** Has the call, turn by turn; gives the words of each turn as they were in the end. */
function converse({ turns, prepareAhead, ...times }: Uneasy): { call: SimulatedCall; said: string[] } {
  const call = new SimulatedCall({ prepareAhead }, times);
  call.willReply(...Array.from({ length: 40 }, (_, n) => `Reply number ${n}. And more of it.`)).start();
  call.hear({ type: 'listening_began', audioMs: 20 });
  const said = turns.map((turn, index) => haveTurn(call, turn, index));
  return { call, said };
}

function haveTurn(call: SimulatedCall, turn: UneasyTurn, index: number): string {
  const words: string[] = [`turn${index}`];
  call.hear({ type: 'speech_started', atMs: 0 });
  for (const { words: count, pauseMs, isResumed } of turn.parts) {
    for (let word = 0; word < count; word += 1) {
      words.push(`word${words.length}`);
      call.run(250).hear({ type: 'interim', text: words.join(' ') });
    }
    call.run(pauseMs).hear({ type: 'eager_end_of_turn', text: words.join(' ') });
    call.run(turn.likelyEndMs);
    if (isResumed) call.hear({ type: 'turn_resumed' });
  }
  if (turn.isRevised) words.push('indeed');
  call.run(turn.endMs);
  const text = words.join(' ');
  call.hear({ type: 'final', text, endOfTurn: true, endMs: call.elapsedMs - 100 }).runUntilQuiet();
  return text;
}

describe('with a transcriber that is often wrong about ends', () => {
  test('every turn is answered once, by an answer to its very words; none costs more than three requests', () => {
    fc.assert(
      fc.property(uneasy, (given) => {
        const { call, said } = converse(given);
        const lines = call.transcript;
        expect(lines.filter((line) => line.startsWith('HUMAN: '))).toEqual(
          said.map((text) => `HUMAN: ${text}`),
        );
        const answers = lines.filter((line) => line.startsWith('BOT: '));
        expect(answers).toHaveLength(said.length);
        answers.forEach((answer, index) => {
          const asked = Number(/number (\d+)\. And more of it\.$/.exec(answer)?.[1]);
          expect(call.requests[asked]?.messages.at(-1)?.content).toBe(said[index]);
        });
        const metrics = call.facts.flatMap((fact) => (fact.type === 'turn_metrics' ? [fact] : []));
        const calls = metrics.map(({ model_calls }) => model_calls);
        expect(Math.max(...calls)).toBeLessThanOrEqual(3);
        expect(calls.reduce((sum, count) => sum + count, 0)).toBe(call.requests.length);
        expect(call.carrier.heardText(call.nowMs)).toBe(answers.map((line) => line.slice(5)).join(' '));
      }),
      { numRuns: 200 },
    );
  });

  test('no answer is heard before its turn is over, and none later than without preparing', () => {
    fc.assert(
      fc.property(uneasy, (given) => {
        const latencies = (prepareAhead: 'off' | 'reply' | 'speech') => {
          const { call } = converse({ ...given, prepareAhead } as Uneasy);
          return call.facts.flatMap((fact) => (fact.type === 'turn_metrics' ? [fact.first_frame_ms] : []));
        };
        const plain = latencies('off');
        latencies(given.prepareAhead).forEach((firstFrameMs, index) => {
          expect(firstFrameMs).toBeGreaterThanOrEqual(0);
          expect(firstFrameMs).toBeLessThanOrEqual(plain[index] ?? NaN);
        });
      }),
      { numRuns: 100 },
    );
  });
});
