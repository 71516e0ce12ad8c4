import {
  after,
  at,
  final,
  interim,
  quiet,
  says,
  speechStarted,
  untilHeard,
  utteranceEnded,
} from './happenings';
import type { Situation } from './situation';

/** How the end of a turn is found. */
export const listening: readonly Situation[] = [
  {
    name: 'speech from 0.5 to 2.5 s, transcript at 3.0: the agent is heard half a second later',
    source: 'PEERS 5.1, LiveKit test_agent_session',
    times: { firstTokenMs: 100, tokenMs: 20, firstAudioMs: 200 },
    replies: ['Hello, how can I help?'],
    course: [at(500, speechStarted), at(3_000, final('Hello, how are you?', true, 2_500)), quiet],
    expected: {
      effects: { request_reply: [3_000], request_speech: [3_180] },
      transcript: ['HUMAN: Hello, how are you?', 'BOT: Hello, how can I help?'],
    },
  },
  {
    name: 'segments are gathered until the utterance ends, and answered once',
    source: 'ENGINE 2, is_final segments',
    course: [
      at(400, interim('I need'), final('I need', false)),
      at(900, interim('a table'), final('a table.', false)),
      at(1_400, utteranceEnded()),
      quiet,
    ],
    expected: { asked: ['I need a table.'], effects: { request_reply: [1_400] } },
  },
  {
    name: 'a listening sound over the agent is neither an answer nor lost',
    source: 'PEERS 4A.1, ENGINE 3',
    replies: ['Let me tell you about the menu of today. We have a soup and a fish.'],
    course: [says('what is there?'), untilHeard('about the menu'), says('mm-hm'), quiet],
    expected: {
      effects: { clear_audio: [], request_reply: [1_000] },
      transcript: [
        'HUMAN: what is there?',
        'HUMAN: mm-hm',
        'BOT: Let me tell you about the menu of today. We have a soup and a fish.',
      ],
    },
  },
  {
    name: 'three short words over the agent that mean stop are no listening sound',
    source: 'ENGINE 3, "≤ 3 words is always a back-channel"',
    replies: ['Let me tell you about the menu of today. We have a soup and a fish.', 'Sorry.'],
    course: [says('what is there?'), untilHeard('about the menu'), says('no wait please'), quiet],
    expected: { asked: ['what is there?', 'no wait please'] },
  },
  {
    name: 'a short answer over the last syllables of a question is answered',
    source: 'ENGINE 3, "the bot stays silent until idle logic"',
    replies: ['For how many people?', 'Two, fine.'],
    course: [says('a table please.'), untilHeard('For how many'), after(100), says('two'), quiet],
    expected: { asked: ['a table please.', 'two'] },
  },
];
