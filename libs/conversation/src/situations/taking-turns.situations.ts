import {
  after,
  at,
  began,
  eager,
  final,
  interim,
  key,
  quiet,
  says,
  speechStarted,
  turn,
  untilHeard,
} from './happenings';
import type { Situation } from './situation';

const story = 'Let me tell you about the menu of today. We have a soup and a fish.';
const asked: Situation['course'] = [says('what is there?'), untilHeard('about the menu')];
const told = 'BOT: Let me tell you about the menu of-';

/** Who speaks when, and what is left of what was stopped. */
export const takingTurns: readonly Situation[] = [
  {
    name: 'an interruption stops the agent with the first word, not with the transcript',
    source: 'PEERS 4A.4, ENGINE 12 "interruptions slow"',
    replies: [story],
    course: [
      says('what is there?'),
      untilHeard('about the menu'),
      after(0, speechStarted),
      after(250, interim('stop')),
    ],
    expected: { effects: { clear_audio: [3_560] } },
  },
  {
    name: 'a model that still streams is stopped by an interruption',
    source: 'PEERS 4A.5',
    replies: [{ say: `${story} And so on. `.repeat(4), tokenMs: 150 }],
    course: [...asked, says('wait')],
    expected: { effects: { cancel_reply: [4_780] } },
  },
  {
    name: 'nothing of the turn before is heard after an interruption',
    source: 'PEERS 4A.6',
    replies: [story, 'A soup, fine.'],
    course: [...asked, says('stop, a soup'), quiet],
    expected: {
      transcript: ['HUMAN: what is there?', told, 'HUMAN: stop, a soup', 'BOT: A soup, fine.'],
      heard: 'Let me tell you about the menu of A soup, fine.',
    },
  },
  {
    name: 'what the carrier has of the agent is dropped by an interruption',
    source: 'PEERS 4A.7',
    replies: [story, 'A soup, fine.'],
    course: [...asked, says('stop'), quiet],
    expected: { effects: { clear_audio: [3_610], cancel_speech: [] } },
  },
  {
    name: 'an onset without words does not stop an agent of low sensitivity in mid-sentence',
    source: 'PEERS 4A.8, Twilio and Flux',
    replies: [story],
    course: [...asked, after(0, speechStarted), after(300, speechStarted), quiet],
    expected: { effects: { clear_audio: [] }, transcript: ['HUMAN: what is there?', `BOT: ${story}`] },
  },
  {
    name: 'words while the model thinks: the answer is to both parts, and nothing is cut',
    source: 'PEERS 4A.3, thinking is not speaking',
    times: { firstTokenMs: 900 },
    replies: ['Never heard.', 'For two, fine.'],
    course: [says('I need a table'), after(300), says('for two'), quiet],
    expected: {
      effects: { cancel_reply: [1_900], clear_audio: [] },
      transcript: ['HUMAN: I need a table', 'HUMAN: for two', 'BOT: For two, fine.'],
    },
  },
  {
    name: 'a caller who changes their mind three times gets one answer',
    source: 'PEERS 4A.3',
    times: { firstTokenMs: 900 },
    replies: ['One.', 'Two.', 'Three, fine.'],
    course: [
      says('one please'),
      after(200),
      says('no two please'),
      after(200),
      says('no three please'),
      quiet,
    ],
    expected: {
      heard: 'Three, fine.',
      metrics: [{ turn: 1, model_calls: 3 }],
    },
  },
  {
    name: 'the greeting does not make a caller’s question unheard',
    source: 'ENGINE 1, "everything said while it plays is ignored"',
    settings: { initialMessage: 'Hello, this is Ada from the restaurant. How may I help you today?' },
    replies: ['Until ten.'],
    course: [
      at(1_500, speechStarted),
      after(300, interim('until when are you open')),
      after(300, final('Until when are you open?')),
      quiet,
    ],
    expected: {
      asked: ['Until when are you open?'],
      effects: { clear_audio: [1_800] },
    },
  },
  {
    name: 'keys and words of one turn are one message',
    source: 'PEERS 1, DTMF aggregator',
    course: [
      at(1_000, key('1')),
      at(1_200, key('2'), interim('and that is it')),
      at(1_500, final('and that is it.')),
      quiet,
    ],
    expected: { asked: ['and that is it. [pressed 12]'] },
  },
  {
    name: 'an interruption at 5.5 s leaves of the answer what was heard by then',
    source: 'PEERS 5.1, LiveKit test_agent_session',
    times: { firstTokenMs: 100, tokenMs: 0, firstAudioMs: 200, msPerChar: 60 },
    replies: ['Here is a long story for you about a very old man who lived by the sea.', 'Sorry.'],
    course: [
      at(500, speechStarted),
      at(3_000, final('Tell me a story.', true, 2_500)),
      at(5_000, speechStarted),
      at(5_500, interim('no stop')),
      at(6_000, final('No, stop.', true, 5_800)),
      quiet,
    ],
    expected: {
      transcript: [
        'HUMAN: Tell me a story.',
        'BOT: Here is a long story for you about a-',
        'HUMAN: No, stop.',
        'BOT: Sorry.',
      ],
      effects: { clear_audio: [5_500], request_reply: [3_000, 6_000] },
    },
  },
  {
    name: 'silence ends the call on the second, not up to half of the time later',
    source: 'ENGINE 10, "detection can lag up to 1.5 × threshold"',
    settings: { idleMs: 15_000 },
    course: [says('hello there'), quiet, after(20_000)],
    expected: { effects: { finish: [16_740] }, finished: 'idle' },
  },
  {
    name: 'no question is asked on the way out',
    source: 'ENGINE 10, "on the terminating pass it still queues one more prompt"',
    settings: { idleMs: 15_000, askIfPresentOnIdle: true },
    course: [says('hello there'), quiet, after(20_000)],
    expected: {
      spoken: ['Okay then.', 'Are you still there?'],
      effects: { finish: [16_740] },
    },
  },
  {
    name: 'words that are never told as over keep the call, and are answered',
    source: 'ENGINE 10, ENGINE 2',
    settings: { idleMs: 5_000 },
    course: [at(4_900, interim('are you there')), at(8_000), quiet],
    expected: { asked: ['are you there'], finished: null },
  },
  {
    name: 'answers prepared over a whole conversation are each heard once, in order',
    source: 'PEERS 5.4, an 8-turn script',
    settings: { prepareAhead: 'speech' },
    replies: ['One, fine.', 'Two, fine.', 'Three, fine.'],
    course: [
      began,
      turn('the first thing.'),
      quiet,
      turn('the second thing.'),
      quiet,
      turn('the third thing.'),
      quiet,
    ],
    expected: {
      transcript: [
        'HUMAN: the first thing.',
        'BOT: One, fine.',
        'HUMAN: the second thing.',
        'BOT: Two, fine.',
        'HUMAN: the third thing.',
        'BOT: Three, fine.',
      ],
      metrics: [
        { turn: 1, prepared: 'hit', latency_ms: 590 },
        { turn: 2, prepared: 'hit', latency_ms: 590 },
        { turn: 3, prepared: 'hit', latency_ms: 590 },
      ],
    },
  },
  {
    name: 'an interruption’s own words are prepared for, once the agent is silent',
    source: 'decision 2',
    settings: { prepareAhead: 'speech' },
    replies: [story, 'A soup, fine.'],
    course: [
      ...asked,
      after(0, interim('stop a soup please')),
      after(150, eager('Stop, a soup, please.')),
      after(200, final('Stop, a soup, please.')),
      quiet,
    ],
    expected: {
      effects: { clear_audio: [3_310], request_reply: [1_000, 3_460] },
      metrics: [{}, { prepared: 'hit' }],
    },
  },
];
