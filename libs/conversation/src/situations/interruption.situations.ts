import { after, at, final, interim, key, quiet, says, speaks, speechStarted, untilHeard } from './happenings';
import type { Happening, Situation } from './situation';

const offer = 'We have a table by the window at eight, and another one in the garden at nine.';
const menu = 'Let me tell you about the menu of today. We have a soup and a fish.';
const whole = `BOT: ${offer}`;
const high = { interruptSensitivity: 'high', initialMessage: offer } as const;
const low = { interruptSensitivity: 'low', initialMessage: offer } as const;
const fillers = { fillerAfterMs: 1_000 } as const;
const endCall = [
  { type: 'action_end_conversation', id: 'a1', trigger: { by: 'phrase', phrases: ['goodbye'] } },
] as const;

const time =
  (ms: number): Happening =>
  (call) =>
    void call.run(ms);
const voiceFault = { code: 'SYNTHESIZER.UNAVAILABLE', message: 'Away.', retryable: false };

/** Who has the floor when both speak: stopping, going on, and what is on record of it. */
export const interruption: readonly Situation[] = [
  {
    name: 'high: the onset of speech clears the carrier in the same step',
    source: 'PEERS 4A.4, slow with a least number of words',
    settings: high,
    course: [at(1_500, speechStarted)],
    expected: { effects: { clear_audio: [1_500] }, transcript: [] },
  },
  {
    name: 'high: where no onset is told, the first words clear',
    source: 'PEERS 4A.4',
    settings: high,
    course: [at(1_500, interim('the garden'))],
    expected: { effects: { clear_audio: [1_500] } },
  },
  {
    name: 'high: a cough; the sentence goes on where it stopped, whole on record',
    source: 'PEERS 4A.2, livekit #4039',
    settings: high,
    course: [at(1_500, speechStarted), quiet],
    expected: { transcript: [whole], heard: offer, effects: { clear_audio: [1_500], request_reply: [] } },
  },
  {
    name: 'high: it goes on after a second, with all that was cleared, and asks no voice again',
    source: 'PEERS 3.8, resume within 0.7 to 2 s',
    settings: high,
    course: [at(1_500, speechStarted), time(1_001)],
    expected: { effects: { request_speech: [0], clear_audio: [1_500], forget_audio: [] }, transcript: [] },
  },
  {
    name: 'high: three coughs cost nothing but time',
    source: 'PEERS 4A.2',
    settings: high,
    course: [at(800, speechStarted), at(2_200, speechStarted), at(4_000, speechStarted), quiet],
    expected: { transcript: [whole], heard: offer, effects: { clear_audio: [800, 2_200, 4_000] } },
  },
  {
    name: 'high: a second onset within the pause stops nothing twice',
    source: 'PEERS 4A.7, clears that pile up',
    settings: high,
    course: [at(1_500, speechStarted), after(300, speechStarted), quiet],
    expected: { transcript: [whole], effects: { clear_audio: [1_500] } },
  },
  {
    name: 'high: words within the second make it an interruption, cut where the agent stopped',
    source: 'PEERS 3.9, history by what was heard',
    settings: high,
    replies: ['The garden it is.'],
    course: [
      at(1_500, speechStarted),
      after(500, interim('the garden')),
      after(200, final('The garden, please.')),
      quiet,
    ],
    expected: {
      transcript: ['BOT: We have a table by the-', 'HUMAN: The garden, please.', 'BOT: The garden it is.'],
      asked: ['The garden, please.'],
      effects: { clear_audio: [1_500] },
    },
  },
  {
    name: 'high: words that come late interrupt the sentence that went on',
    source: 'PEERS 4A.2, livekit #1229',
    settings: high,
    replies: ['The garden it is.'],
    course: [
      at(1_500, speechStarted),
      at(2_900, interim('the garden')),
      after(100, final('The garden.')),
      quiet,
    ],
    expected: {
      transcript: ['BOT: We have a table by the-', 'HUMAN: The garden.', 'BOT: The garden it is.'],
      effects: { clear_audio: [1_500, 2_900] },
    },
  },
  {
    name: 'high: a sound of thinking stops the agent and does not take the turn',
    source: 'PEERS 4A.1, hmm',
    settings: high,
    course: [at(1_500, speechStarted), after(200, interim('hmm')), after(100, final('Hmm.')), quiet],
    expected: { transcript: ['HUMAN: Hmm.', whole], heard: offer, asked: [] },
  },
  {
    name: 'high: an answer of one word is one',
    source: 'ENGINE 3, high',
    settings: high,
    replies: ['Good.'],
    course: [at(1_500, speechStarted), after(300, interim('yes')), after(100, final('Yes.')), quiet],
    expected: { asked: ['Yes.'] },
  },
  {
    name: 'high: what the model writes during a pause is said behind the sentence',
    source: 'PEERS 4A.8, stops in mid-sentence',
    settings: { interruptSensitivity: 'high' },
    replies: [{ say: 'One moment please. I have found two tables for you.', tokenMs: 150 }],
    course: [says('a table'), untilHeard('One'), after(0, speechStarted), time(3_000), quiet],
    expected: {
      transcript: ['HUMAN: a table', 'BOT: One moment please. I have found two tables for you.'],
      heard: 'One moment please. I have found two tables for you.',
    },
  },
  {
    name: 'high: a pause before anything of the sentence was played loses nothing of it',
    source: 'PEERS 4A.6',
    settings: high,
    course: [at(101, speechStarted), quiet],
    expected: { transcript: [whole], heard: offer },
  },
  {
    name: 'high: an onset over the last breath of a sentence holds up no answer',
    source: 'PEERS 4A.3, thinking and speaking',
    settings: { interruptSensitivity: 'high', initialMessage: 'Hello.' },
    replies: ['Sure.'],
    course: [at(465, speechStarted), after(600, interim('a table')), after(100, final('A table.')), quiet],
    expected: { asked: ['A table.'], transcript: ['BOT: Hello.', 'HUMAN: A table.', 'BOT: Sure.'] },
  },
  {
    name: 'high: a mark of cleared audio that comes late says nothing of what is played now',
    source: 'ENGINE 6, marks after a clear',
    settings: high,
    course: [
      at(1_500, speechStarted),
      after(50, { type: 'mark', name: 'm1' }, { type: 'mark', name: 'm2' }),
      quiet,
    ],
    expected: { transcript: [whole], heard: offer, problems: [] },
  },
  {
    name: 'high: the caller hangs up in a pause; on record is what was heard',
    source: 'PEERS 3.9',
    settings: high,
    course: [at(1_500, speechStarted), after(200, { type: 'detached', reason: 'gone' })],
    expected: { transcript: ['BOT: We have a table by the-'] },
  },
  {
    name: 'high: a voice that breaks off in a pause ends in an apology, not in silence',
    source: 'RELIABILITY 4.6',
    settings: { interruptSensitivity: 'high' },
    replies: [{ say: 'One moment please. I have found two tables for you.', tokenMs: 100 }],
    speeches: ['breaks off'],
    course: [says('a table'), untilHeard('One'), after(0, speechStarted), time(20_000)],
    expected: { finished: 'provider_failed', problems: ['SYNTHESIZER.STALLED'] },
  },
  {
    name: 'low: a cough stops nothing',
    source: 'PEERS 4A.8, pipecat #2941',
    settings: low,
    course: [at(1_500, speechStarted), quiet],
    expected: { transcript: [whole], effects: { clear_audio: [] } },
  },
  {
    name: 'low: listening sounds in a row stop nothing, and are on record',
    source: 'PEERS 4A.1, six requests',
    settings: low,
    course: [untilHeard('a table'), says('yeah'), says('okay'), says('uh huh'), quiet],
    expected: {
      transcript: ['HUMAN: yeah', 'HUMAN: okay', 'HUMAN: uh huh', whole],
      effects: { clear_audio: [], request_reply: [] },
    },
  },
  {
    name: 'low: the first word that is no listening sound clears in the same step',
    source: 'PEERS 4A.4',
    settings: low,
    course: [at(1_500, interim('yeah')), at(1_800, interim('yeah but what')), time(10)],
    expected: { effects: { clear_audio: [1_800] } },
  },
  ...['stop', 'wait', 'no', 'hold on'].map((word): Situation => ({
    name: `low: "${word}" stops the agent`,
    source: 'PEERS 4A.1, ENGINE 3',
    settings: low,
    course: [at(1_500, interim(word))],
    expected: { effects: { clear_audio: [1_500] } },
  })),
  {
    name: 'low: a listening sound in the agent’s language is none in another',
    source: 'ENGINE 3, the list is English',
    settings: {
      ...low,
      language: 'de',
      initialMessage: 'Wir haben einen Tisch am Fenster um acht Uhr frei.',
    },
    replies: ['Gut.'],
    course: [at(1_200, interim('genau')), at(1_500, interim('Stopp')), time(10)],
    expected: { effects: { clear_audio: [1_500] } },
  },
  {
    name: 'the greeting can be interrupted by words that mean something',
    source: 'ENGINE 3, initial message ignored everything',
    settings: low,
    replies: ['Of course.'],
    course: [
      untilHeard('window'),
      speaks('can I cancel my table'),
      after(100, final('Can I cancel my table?')),
      quiet,
    ],
    expected: { asked: ['Can I cancel my table?'] },
  },
  {
    name: 'a greeting in return is no interruption',
    source: 'ENGINE 3',
    settings: low,
    course: [at(700, interim('hello')), after(100, final('Hello.')), quiet],
    expected: { transcript: ['HUMAN: Hello.', whole], effects: { clear_audio: [] } },
  },
  {
    name: 'a key stops the agent at once, whatever it is saying',
    source: 'ENGINE 6, caller key-presses unused',
    settings: low,
    replies: ['You pressed one.'],
    course: [at(1_500, key('1')), time(5_000)],
    expected: { effects: { clear_audio: [1_500] }, asked: ['[pressed 1]'] },
  },
  {
    name: 'last words are not interrupted by anything',
    source: 'ENGINE 4, the farewell is heard',
    settings: { interruptSensitivity: 'high', maxDurationMs: 1_000 },
    course: [time(1_500), after(0, speechStarted, interim('stop'), key('1')), time(10_000)],
    expected: {
      transcript: ['HUMAN: stop [pressed 1]', 'BOT: I am sorry, we have run out of time. Goodbye.'],
      effects: { clear_audio: [] },
      finished: 'max_duration',
    },
  },
  {
    name: 'after an interruption nothing of the old answer is heard any more',
    source: 'PEERS 4A.6, stale audio',
    replies: [menu, 'The fish is from today.'],
    course: [says('what is there?'), untilHeard('about the menu'), says('is the fish fresh'), quiet],
    expected: {
      asked: ['what is there?', 'is the fish fresh'],
      transcript: [
        'HUMAN: what is there?',
        'BOT: Let me tell you about the menu of-',
        'HUMAN: is the fish fresh',
        'BOT: The fish is from today.',
      ],
    },
  },
  {
    name: 'a second interruption right behind the first clears again',
    source: 'PEERS 4A.7, pipecat #366 and #395',
    settings: { interruptSensitivity: 'high' },
    replies: [menu, menu, 'Fine.'],
    course: [
      says('what is there?'),
      untilHeard('about the menu'),
      after(0, final('stop')),
      untilHeard('Let me tell you about the menu Let me'),
      after(0, final('stop it')),
      quiet,
    ],
    expected: { asked: ['what is there?', 'stop', 'stop it'] },
  },
  {
    name: 'no goodbye is found in a longer word',
    source: 'ENGINE 4, #320, bypass',
    settings: { actions: [...endCall] },
    replies: ['I will add a goodbyes card to the bypass order.'],
    course: [says('a card'), quiet],
    expected: { finished: null },
  },
  {
    name: 'a goodbye that was cut before it was heard ends nothing',
    source: 'ENGINE 4, #320',
    settings: { actions: [...endCall] },
    replies: ['That is all done for you then, thank you and goodbye.', 'Sure.'],
    course: [says('thanks'), untilHeard('all done'), says('wait one more thing'), quiet],
    expected: { finished: null, asked: ['thanks', 'wait one more thing'] },
  },
  {
    name: 'a filler is heard to its end, and the answer begins behind it',
    source: 'ENGINE 5, #205 and #215, fillers cut short',
    settings: fillers,
    replies: [{ say: 'Eight is free.', firstTokenMs: 1_200 }],
    course: [says('a table'), quiet],
    expected: {
      transcript: ['HUMAN: a table', 'BOT: Okay, one second.', 'BOT: Eight is free.'],
      heard: 'Okay, one second. Eight is free.',
      effects: { clear_audio: [], request_speech: [1_700, 1_960] },
    },
  },
  {
    name: 'no filler where the answer comes in time',
    source: 'PEERS 3.11',
    settings: fillers,
    replies: [{ say: 'Eight is free.', firstTokenMs: 700 }],
    course: [says('a table'), quiet],
    expected: { transcript: ['HUMAN: a table', 'BOT: Eight is free.'] },
  },
  {
    name: 'a filler is no answer to the caller’s listening sound',
    source: 'PEERS 3.11',
    settings: fillers,
    replies: [{ say: 'Eight is free.', firstTokenMs: 1_700 }],
    course: [says('a table'), time(1_300), says('mm-hm'), quiet],
    expected: {
      asked: ['a table'],
      transcript: ['HUMAN: a table', 'HUMAN: mm-hm', 'BOT: Okay, one second.', 'BOT: Eight is free.'],
    },
  },
  {
    name: 'a dead voice after a filler: the carrier says that the call ends',
    source: 'ENGINE 4, nothing is spoken',
    settings: fillers,
    replies: [{ say: 'Eight is free.', firstTokenMs: 1_700 }],
    speeches: ['good', { fault: voiceFault }],
    course: [says('a table'), time(10_000)],
    expected: { finished: 'provider_failed', problems: ['SYNTHESIZER.UNAVAILABLE'] },
  },
  {
    name: 'a sentence of several pieces of audio is handed over without a gap',
    source: 'ENGINE 12, #417 choppy audio',
    settings: { initialMessage: menu },
    course: [quiet],
    expected: { heard: menu, transcript: [`BOT: ${menu}`], problems: [] },
  },
  {
    name: 'marks that never come back hold nothing up',
    source: 'ENGINE 6, a mismatch is only logged',
    settings: { initialMessage: 'Hello there.' },
    replies: ['Sure.'],
    course: [(call) => void (call.loseMarks = true), time(4_000), says('a table'), time(20_000)],
    expected: { transcript: ['BOT: Hello there.', 'HUMAN: a table', 'BOT: Sure.'] },
  },
  {
    name: 'money and hours are spoken as people say them, and are on record as they were written',
    source: 'ENGINE 4, $3.20',
    replies: ['That is $3.20, at 3:30 p.m. today.'],
    course: [says('how much'), quiet],
    expected: {
      spoken: ['That is three dollars and twenty cents,', 'at three thirty p m today.'],
      transcript: ['HUMAN: how much', 'BOT: That is $3.20, at 3:30 p.m. today.'],
    },
  },
];
