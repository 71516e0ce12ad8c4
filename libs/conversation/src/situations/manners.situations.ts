import { after, at, final, interim, quiet, says, speechStarted, untilHeard } from './happenings';
import type { Happening, Situation } from './situation';

const offer = 'We have a table by the window at eight, and another one in the garden at nine.';
const whole = `BOT: ${offer}`;
const endCall = { type: 'action_end_conversation', id: 'end', trigger: { by: 'model' } } as const;
const farewell = {
  say: 'Goodbye and thank you for calling us.',
  calls: [{ id: 'c1', name: 'end_conversation', arguments: '{}' }],
};

/** The line echoes: each time the agent begins or goes on, a sound comes back a moment later. */
const echo: Happening = (call) => {
  const sentences = () => call.effectsOf('send_audio').length;
  for (let times = 0, before = -1; times < 40 && sentences() !== before; times += 1) {
    call.run(150);
    before = sentences();
    call.hear(speechStarted).run(1_010);
  }
};

/** What callers find rude or dull: talked over, cut off, asked again, left alone. */
export const manners: readonly Situation[] = [
  {
    name: 'high: a line that echoes every beginning does not make the agent stutter for ever',
    source: 'PEERS 4A.8, stops in mid-sentence; Twilio echo',
    settings: { interruptSensitivity: 'high', initialMessage: offer },
    course: [echo, quiet],
    expected: { heard: offer, transcript: [whole], effects: { clear_audio: [150, 1_310, 2_470] } },
  },
  {
    name: 'high: on a line that echoes words stop the agent all the same',
    source: 'PEERS 4A.1',
    settings: { interruptSensitivity: 'high', initialMessage: `${offer} ${offer}` },
    replies: ['The garden it is.'],
    course: [
      at(150, speechStarted),
      at(1_310, speechStarted),
      at(2_470, speechStarted),
      at(5_000, speechStarted),
      at(5_300, interim('the garden')),
      after(200, final('The garden.')),
      quiet,
    ],
    expected: { asked: ['The garden.'], effects: { clear_audio: [150, 1_310, 2_470, 5_300] } },
  },
  {
    name: 'high: goodbye in return does not bring on a second farewell',
    source: 'ENGINE 4, goodbye; PEERS 4A.1',
    settings: { interruptSensitivity: 'high', actions: [endCall] },
    replies: [farewell, 'Never heard.'],
    course: [says('that is all'), untilHeard('Goodbye and'), says('bye bye'), quiet],
    expected: { heard: farewell.say, finished: 'agent_ended', asked: ['that is all'] },
  },
  ...['thank you so much bye', 'no thank you', 'okay you too have a good one'].map((words): Situation => ({
    name: `low: "${words}" over the farewell does not keep the call`,
    source: 'ENGINE 4, goodbye',
    settings: { actions: [endCall] },
    replies: [farewell, 'Never heard.'],
    course: [says('that is all'), untilHeard('Goodbye and'), says(words), quiet],
    expected: { heard: farewell.say, finished: 'agent_ended', effects: { clear_audio: [] } },
  })),
  {
    name: '"no" over the farewell keeps the call as soon as it is no politeness any more',
    source: 'PEERS 4A.1',
    settings: { actions: [endCall] },
    replies: [farewell, 'Yes?'],
    course: [
      says('that is all'),
      untilHeard('Goodbye and'),
      after(0, interim('no')),
      after(200, interim('no wait')),
      after(200, final('No, wait.')),
      quiet,
    ],
    expected: { finished: null, effects: { clear_audio: [2_300] }, asked: ['that is all', 'No, wait.'] },
  },
  ...['okay sounds good', 'no problem', 'thank you very much'].map((words): Situation => ({
    name: `low: "${words}" is a listening sound`,
    source: 'PEERS 4A.1',
    settings: { initialMessage: offer },
    course: [at(1_500, interim(words)), after(200, final(words)), quiet],
    expected: { heard: offer, effects: { clear_audio: [], request_reply: [] } },
  })),
  {
    name: 'in Portuguese "um" is a number, and a whole answer',
    source: 'API 5.1, languages',
    settings: { language: 'pt' },
    course: [at(1_000, interim('Um.'), final('Um.')), quiet],
    expected: { effects: { request_reply: [1_000] } },
  },
  {
    name: 'high: a caller who makes a sound just before the answer is not talked over',
    source: 'PEERS 4A.3, thinking and speaking',
    settings: { interruptSensitivity: 'high' },
    replies: ['Never heard.', 'For two, fine.'],
    course: [
      says('a table'),
      after(250, speechStarted),
      after(350, interim('for two')),
      after(300, final('for two.')),
      quiet,
    ],
    expected: {
      heard: 'For two, fine.',
      effects: { clear_audio: [] },
      asked: ['a table', 'a table for two.'],
    },
  },
  {
    name: 'high: a cough just before the answer holds it up for a second, and asks nobody anew',
    source: 'PEERS 4A.2',
    settings: { interruptSensitivity: 'high' },
    replies: ['Eight is free.'],
    course: [says('a table'), after(250, speechStarted), quiet],
    expected: {
      heard: 'Eight is free.',
      effects: { request_reply: [700], request_speech: [1_060], send_audio: [1_950] },
    },
  },
  {
    name: 'a model that twice has nothing to say is no reason to hang up',
    source: 'PEERS 4A, empty completions',
    replies: [{ say: '👍' }, { say: '👍' }],
    course: [says('thank you'), quiet],
    expected: {
      finished: null,
      problems: ['MODEL.EMPTY', 'MODEL.EMPTY'],
      transcript: ['HUMAN: thank you', 'BOT: Sorry, please go on.'],
    },
  },
  {
    name: 'low: in Japanese, too, listening sounds in a row stop nothing',
    source: 'API 5.1, languages',
    settings: { language: 'ja', initialMessage: 'こちらはレストランです。本日は窓際の席が空いております。' },
    course: [at(500, interim('はいはい')), after(300, final('はいはい、そうです。')), quiet],
    expected: { effects: { clear_audio: [], request_reply: [] } },
  },
];
