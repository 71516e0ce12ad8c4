/** What the callers and the model of a benchmark say: fixed delays, and words that tell every call from the others. */

/** As peers are measured: see README.md. */
export const delays = {
  model: { firstTokenMs: 400, tokensPerSecond: 60 },
  voice: { firstByteMs: 150 },
  transcriber: { interimEveryMs: 250, finalDelayMs: 50 },
};

/** A word that stands in every sentence of a call, on both sides. */
export const tagOf = (index) => `kilo${index}`;

/** Area code 212 and the like are real; the last four digits number the callers. */
export const numberOf = (index) => `+1212555${String(1000 + index)}`;

const sentence = (tag, turn) => `This is ${tag} with question ${turn}.`;
const reply = (tag) => `All right ${tag}, that is noted for you now. What else may I do for you today?`;
const longReply = (tag) =>
  `All right ${tag}, here is the whole list of what we have for you today: bread, butter, apples, pears, milk, flour, eggs, honey, rice, beans, tea and also some coffee from last week.`;

/** `calls` people who each have `turns` turns; with `bargeIn` each reply is long and broken into. */
export function benchmarkScript({ calls, turns, bargeIn = false }) {
  const indexes = Array.from({ length: calls }, (_, index) => index);
  return {
    callers: Object.fromEntries(indexes.map((index) => [numberOf(index), caller(index, turns, bargeIn)])),
    model: {
      rules: indexes.map((index) => ({
        when: { lastUserContains: [tagOf(index)] },
        say: (bargeIn ? longReply : reply)(tagOf(index)),
      })),
      otherwise: { say: 'All right, I did not catch that.' },
    },
    delays,
  };
}

function caller(index, turns, bargeIn) {
  const tag = tagOf(index);
  const turnSteps = Array.from({ length: turns }, (_, turn) =>
    bargeIn && turn > 0
      ? [{ interruptAfterWords: 8, say: `Wait, ${sentence(tag, turn)}` }]
      : [{ waitFor: 'agent_finished' }, { say: sentence(tag, turn) }],
  ).flat();
  return {
    name: tag,
    answerAfterMs: 200,
    patienceMs: 30_000,
    steps: [...turnSteps, { waitFor: 'agent_finished' }, { hangUp: true }],
  };
}
