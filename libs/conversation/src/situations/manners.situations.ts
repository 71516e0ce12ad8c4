import {
  after,
  at,
  eager,
  final,
  interim,
  key,
  quiet,
  resumed,
  says,
  speaks,
  speechStarted,
  untilHeard,
} from './happenings';
import type { Happening, Situation } from './situation';

const offer = 'We have a table by the window at eight, and another one in the garden at nine.';
const whole = `BOT: ${offer}`;
const endCall = { type: 'action_end_conversation', id: 'end', trigger: { by: 'model' } } as const;
const farewell = {
  say: 'Goodbye and thank you for calling us.',
  calls: [{ id: 'c1', name: 'end_conversation', arguments: '{}' }],
};

const booking = {
  type: 'action_external',
  id: 'book',
  trigger: { by: 'model' },
  name: 'book',
  description: '',
  inputSchema: { type: 'object' },
  speakOnSend: false,
  speakOnReceive: true,
} as const;
const passes = (ms: number): Happening => after(ms);
/** Until the agent's first audio is played, and not a frame longer. */
const untilAudible: Happening = (call) => {
  while (!call.carrier.isPlaying(call.nowMs)) call.run(1);
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
    name: 'a key, then a sentence: the sentence is not answered in its middle',
    source: 'PEERS 1, DTMF aggregator',
    course: [
      at(1_000, key('1')),
      at(1_900, interim('I want')),
      at(2_300, interim('I want to talk')),
      at(2_700, interim('I want to talk to sales')),
      at(3_100, final('I want to talk to sales.')),
      quiet,
    ],
    expected: {
      asked: ['I want to talk to sales. [pressed 1]'],
      effects: { request_reply: [3_100] },
    },
  },
  {
    name: 'a number that is typed behind unfinished words is let come to its end',
    source: 'PEERS 1, DTMF aggregator',
    course: [
      at(1_000, interim('my number is'), final('my number is')),
      at(1_600, key('1')),
      at(2_300, key('2')),
      at(3_000, key('3')),
      quiet,
    ],
    expected: { asked: ['my number is [pressed 123]'], effects: { request_reply: [4_200] } },
  },
  {
    name: 'keys that go on after the words are one message with those before',
    source: 'PEERS 1, DTMF aggregator',
    course: [
      at(1_000, key('1')),
      at(1_100, interim('one two'), final('one two.')),
      at(1_500, key('2')),
      quiet,
    ],
    expected: { asked: ['one two. [pressed 12]'] },
  },
  {
    name: 'words that stopped the agent and turn out to be none: it does not fall mute',
    source: 'PEERS 4A.8; issue: revised words',
    settings: { initialMessage: offer },
    course: [untilHeard('by the'), after(0, interim('the')), after(300, final('')), passes(5_000)],
    expected: { transcript: ['BOT: We have a table by the-', 'BOT: Sorry, please go on.'], asked: [] },
  },
  {
    name: 'where silence is an answer nobody is asked to go on',
    source: 'API 5.2, ivr_navigation_mode',
    settings: { initialMessage: offer, maySayNothing: true },
    course: [untilHeard('by the'), after(0, interim('the')), after(300, final('')), passes(5_000)],
    expected: { transcript: ['BOT: We have a table by the-'], asked: [] },
  },
  {
    name: 'words that were none at the first sound of an answer: the question is answered all the same',
    source: 'PEERS 4A.8; issue: revised words',
    replies: [offer, 'Eight is free.'],
    course: [says('what is there'), untilAudible, after(0, interim('the')), after(300, final('')), quiet],
    expected: { asked: ['what is there', 'what is there'], heard: 'Eight is free.' },
  },
  {
    name: 'words that were none while the model thinks cost half a second, not three',
    source: 'issue: revised words',
    times: { firstTokenMs: 900 },
    replies: ['Never heard.', 'Eight is free.'],
    course: [says('what is there'), after(200, interim('the')), after(300, final('', null)), quiet],
    expected: { effects: { request_reply: [1_000, 2_000] }, heard: 'Eight is free.' },
  },
  {
    name: 'an answer that was prepared for words that were none is thrown away',
    source: 'decision 2',
    settings: { prepareAhead: 'speech' },
    course: [speaks('a table.'), after(150, eager('a table.')), after(200, final('')), passes(1_000)],
    expected: { effects: { request_reply: [750], cancel_reply: [950] } },
  },
  {
    name: 'a caller who answers a question and goes on is let finish',
    source: 'ENGINE 3, short answers',
    replies: ['It is for four people, right?', 'Inside, fine.'],
    course: [
      says('a table'),
      untilHeard('It is for four'),
      after(0, interim('yes'), final('yes')),
      after(250, interim('I')),
      passes(700),
      after(600, interim('I see nobody outside')),
      after(200, final('I see nobody outside')),
      quiet,
    ],
    expected: { asked: ['a table', 'yes I see nobody outside'] },
  },
  {
    name: 'a listening sound over a filler is no answer to the question behind it',
    source: 'PEERS 3.11; ENGINE 3',
    settings: { fillerAfterMs: 1_000 },
    replies: [{ say: 'Sure?', firstTokenMs: 1_700 }],
    course: [says('a table'), passes(1_300), says('mm-hm'), quiet],
    expected: { asked: ['a table'] },
  },
  {
    name: 'a short answer over the last syllables of a Japanese question is answered',
    source: 'API 5.1, languages',
    settings: { language: 'ja' },
    replies: ['お名前は田中様でよろしいでしょうか。', '承知しました。'],
    course: [
      says('予約です。'),
      untilHeard('よろしい'),
      after(0, interim('はい')),
      after(300, final('はい')),
      quiet,
    ],
    expected: { asked: ['予約です。', 'はい'] },
  },
  {
    name: 'an action that ends while the caller speaks again: they are let finish, and answered once',
    source: 'ENGINE 9, processing_mode muted',
    settings: { actions: [booking] },
    replies: [{ calls: [{ id: 'c1', name: 'book', arguments: '{}' }] }, 'At six, with a view.'],
    course: [
      (call) => void call.answers.push({ afterMs: 4_000 }),
      says('book it'),
      passes(1_500),
      says('at six please'),
      after(900, interim('oh and with')),
      after(700, interim('oh and with')),
      after(900, final('oh and with a view')),
      quiet,
    ],
    expected: {
      asked: ['book it', 'at six please oh and with a view'],
      transcript: ['HUMAN: book it', 'HUMAN: at six please oh and with a view', 'BOT: At six, with a view.'],
    },
  },
  {
    name: 'words that were not final when the transcriber was lost are part of the turn',
    source: 'RELIABILITY 5',
    course: [
      at(1_000, interim('I need a table')),
      at(1_200, {
        type: 'transcriber_failed',
        fault: { code: 'TRANSCRIBER.LOST', message: 'It is gone.', retryable: true },
      }),
      at(1_700, interim('for two')),
      at(2_200, final('for two.')),
      quiet,
    ],
    expected: { asked: ['I need a table for two.'] },
  },
  {
    name: 'a caller who begins to speak just before the silence is too long is not hung up on',
    source: 'ENGINE 10',
    settings: { idleMs: 10_000 },
    course: [
      at(9_800, speechStarted),
      at(10_400, interim('wait')),
      at(10_900, final('Wait, I am here.')),
      quiet,
    ],
    expected: { finished: null, asked: ['Wait, I am here.'] },
  },
  {
    name: 'noise alone keeps no call',
    source: 'ENGINE 10',
    settings: { idleMs: 10_000 },
    course: [
      at(9_500, speechStarted),
      at(9_900, speechStarted),
      at(10_500, speechStarted),
      at(11_200, speechStarted),
      passes(5_000),
    ],
    expected: { finished: 'idle', effects: { finish: [11_000] } },
  },
  {
    name: 'nobody who begins to speak is asked whether they are there',
    source: 'ENGINE 10',
    settings: { askIfPresentOnIdle: true },
    course: [
      at(14_800, speechStarted),
      at(15_400, interim('I am back')),
      at(15_900, final('I am back.')),
      quiet,
    ],
    expected: { spoken: ['Okay then.'] },
  },
  {
    name: 'no filler falls into the first word of a caller who goes on',
    source: 'ENGINE 5, fillers; PEERS 3.11',
    settings: { fillerAfterMs: 1_000 },
    times: { firstTokenMs: 1_500, firstAudioMs: 20 },
    replies: ['Never heard.', { say: 'For two, fine.', firstTokenMs: 100 }],
    course: [
      says('a table'),
      after(900, speechStarted),
      after(400, interim('for two')),
      after(300, final('for two.')),
      quiet,
    ],
    expected: { spoken: ['For two,', 'fine.'], effects: { clear_audio: [] } },
  },
  ...['hello?', 'okay', 'thank you'].map((words): Situation => ({
    name: `"${words}" while the model thinks makes nobody wait anew`,
    source: 'PEERS 4A.3, thinking is not speaking',
    times: { firstTokenMs: 1_700 },
    replies: ['Eight is free.'],
    course: [says('a table'), passes(500), says(words), quiet],
    expected: {
      effects: { request_reply: [700], cancel_reply: [] },
      transcript: ['HUMAN: a table', `HUMAN: ${words}`, 'BOT: Eight is free.'],
    },
  })),
  {
    name: '"no" while the model thinks takes the turn back',
    source: 'PEERS 4A.3',
    times: { firstTokenMs: 1_700 },
    replies: ['Never heard.', 'For four.'],
    course: [says('a table'), passes(500), says('no for four'), quiet],
    expected: { asked: ['a table', 'a table no for four'], heard: 'For four.' },
  },
  {
    name: '"hello?" before the question whether someone is there was heard is the answer',
    source: 'ENGINE 10',
    settings: { askIfPresentOnIdle: true },
    replies: ['Yes, I am here.'],
    course: [at(15_050, interim('hello?')), after(300, final('hello?')), quiet],
    expected: { transcript: ['HUMAN: hello?', 'BOT: Yes, I am here.'] },
  },
  {
    name: 'the same answer again, after the question whether that is so, is heard',
    source: 'issue: none lost',
    replies: ['Really?', 'Good.'],
    course: [
      at(1_000, interim('yes')),
      at(4_000),
      untilHeard('Really?'),
      after(300, speechStarted),
      after(300, interim('yes')),
      after(300, final('yes.')),
      quiet,
    ],
    expected: { asked: ['yes', 'yes.'] },
  },
  {
    name: 'a turn that is taken up again in the hold is waited for',
    source: 'PEERS 5.4, Flux TurnResumed',
    course: [
      at(1_000, interim('a table for'), final('a table for')),
      at(1_900, resumed),
      at(2_300, interim('two')),
      after(300, final('two.')),
      quiet,
    ],
    expected: { asked: ['a table for two.'] },
  },
];
