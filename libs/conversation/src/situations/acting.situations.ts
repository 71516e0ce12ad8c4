import type { Fault } from '../events';
import type { ToolCall } from '../ports';
import type { ConversationAction } from '../settings';
import type { ScriptedAnswer, ScriptedPassages } from '../testing';
import { after, key, quiet, says, untilHeard } from './happenings';
import type { Happening, Situation } from './situation';

const trigger = { by: 'model' } as const;
const hangUp: ConversationAction = { type: 'action_end_conversation', id: 'end', trigger };
const keypad: ConversationAction = { type: 'action_dtmf', id: 'keys', trigger };
const handOver: ConversationAction = {
  type: 'action_transfer_call',
  id: 'transfer',
  trigger,
  phoneNumber: '+15005550006',
};
const booking = (more: object = {}): ConversationAction => ({
  type: 'action_external',
  id: 'book',
  trigger,
  name: 'book',
  description: '',
  inputSchema: { type: 'object' },
  speakOnSend: false,
  speakOnReceive: true,
  ...more,
});
const onPhrase = (action: ConversationAction, ...phrases: string[]): ConversationAction => ({
  ...action,
  trigger: { by: 'phrase', phrases },
});
const tool = (name: string, args = '{}', id = 'c1'): ToolCall => ({ id, name, arguments: args });
const answers = (...given: ScriptedAnswer[]): Happening => {
  return (call) => void call.answers.push(...given);
};
const finds = (...given: ScriptedPassages[]): Happening => {
  return (call) => void call.found.push(...given);
};
const passes = (ms: number): Happening => after(ms);
const apology = 'BOT: I am sorry, I am having technical difficulties. Please call again later. Goodbye.';
const down: Fault = { code: 'MODEL.UNAVAILABLE', message: 'Down.', retryable: true };
const locked: Fault = { code: 'MODEL.UNAUTHENTICATED', message: 'Wrong key.', retryable: false };

/** What the agent does beside talking, how calls end, and what becomes of faults. */
export const acting: readonly Situation[] = [
  {
    name: 'a farewell is heard to its end before the line goes dead',
    source: 'PEERS 4A, "hangs up in the middle of goodbye"; ENGINE 9',
    settings: { actions: [hangUp] },
    replies: [{ say: 'Goodbye and thank you.', calls: [tool('end_conversation')] }],
    course: [says('that is all'), quiet],
    expected: {
      heard: 'Goodbye and thank you.',
      finished: 'agent_ended',
      actions: ['action_end_conversation: true'],
    },
  },
  {
    name: 'a farewell that is interrupted keeps the call, and the model hears why',
    source: 'ENGINE 9, action_end_conversation',
    settings: { actions: [hangUp] },
    replies: [{ say: 'Goodbye and thank you for calling us.', calls: [tool('end_conversation')] }, 'Sure.'],
    course: [says('that is all'), untilHeard('Goodbye and'), says('wait one more question'), quiet],
    expected: {
      finished: null,
      actions: ['action_end_conversation: false'],
      asked: ['that is all', 'wait one more question'],
    },
  },
  {
    name: 'goodbye in return does not keep the call',
    source: 'ENGINE 4, goodbye; #320',
    settings: { actions: [hangUp] },
    replies: [{ say: 'Goodbye and thank you for calling us.', calls: [tool('end_conversation')] }],
    course: [says('that is all'), untilHeard('Goodbye and'), says('okay bye bye'), quiet],
    expected: { finished: 'agent_ended', effects: { clear_audio: [] } },
  },
  {
    name: 'a word that only holds "bye" ends no call',
    source: 'ENGINE 4, "bypass…bye-" false positives; #320',
    settings: { actions: [onPhrase(hangUp, 'bye')] },
    replies: ['Take the bypass, it is faster.'],
    course: [says('which way'), quiet],
    expected: { finished: null, actions: [] },
  },
  {
    name: 'a phrase with an apostrophe fires',
    source: 'ENGINE 4, phrase triggers; #737',
    settings: { actions: [onPhrase(handOver, "I'm transferring you, now")] },
    replies: ['Sure, I’m transferring you now.'],
    course: [says('a person please'), quiet, passes(100)],
    expected: { actions: ['action_transfer_call: true'], heard: 'Sure, I’m transferring you now.' },
  },
  {
    name: 'a phrase that was cut before it was heard fires nothing',
    source: 'issue: only what was heard fires',
    settings: { actions: [onPhrase(hangUp, 'goodbye')] },
    replies: ['Before I let you go I would like to say goodbye', 'Yes?'],
    course: [says('done'), untilHeard('Before I'), says('wait a moment'), quiet],
    expected: { finished: null, actions: [] },
  },
  {
    name: 'the caller’s own goodbye fires no phrase',
    source: 'ENGINE 12, "detect bot’s goodbye"; #191',
    settings: { actions: [onPhrase(hangUp, 'goodbye')] },
    replies: ['One thing before you go.'],
    course: [says('goodbye'), quiet],
    expected: { finished: null, transcript: ['HUMAN: goodbye', 'BOT: One thing before you go.'] },
  },
  {
    name: 'a transfer is announced, heard, and only then done',
    source: 'ENGINE 12, "transfer: announce first"; #389',
    settings: { actions: [handOver] },
    replies: [{ say: 'I will put you through now.', calls: [tool('transfer_call')] }],
    course: [says('a person please'), quiet, passes(100)],
    expected: { heard: 'I will put you through now.', actions: ['action_transfer_call: true'] },
  },
  {
    name: 'an announcement that is interrupted transfers nobody',
    source: 'ENGINE 9, action_transfer_call',
    settings: { actions: [handOver] },
    replies: [{ say: 'I will put you through now.', calls: [tool('transfer_call')] }, 'All right.'],
    course: [says('a person please'), untilHeard('I will put'), says('no wait'), quiet],
    expected: { effects: { transfer: [] }, actions: ['action_transfer_call: false'] },
  },
  {
    name: 'a number that the guards refuse is not dialled, and the caller is told',
    source: 'RELIABILITY 4.6, premium number',
    settings: { actions: [handOver] },
    replies: [{ say: 'One moment.', calls: [tool('transfer_call')] }, 'I am afraid I cannot.'],
    refusals: { check: 'The number is a premium number.' },
    course: [says('a person please'), quiet],
    expected: {
      effects: { transfer: [] },
      actions: ['action_transfer_call: false'],
      transcript: ['HUMAN: a person please', 'BOT: One moment.', 'BOT: I am afraid I cannot.'],
    },
  },
  {
    name: 'a number of the model’s own is refused, and on record',
    source: 'RELIABILITY 4.6, hostile model',
    settings: { actions: [handOver] },
    replies: [{ calls: [tool('transfer_call', '{"phone_number":"+19005551234"}')] }, 'I cannot.'],
    course: [says('call my friend'), quiet],
    expected: { effects: { check_transfer: [], transfer: [] }, problems: ['TOOL.REFUSED'], finished: null },
  },
  {
    name: 'keys are pressed when all was said, and nothing said over them stops them',
    source: 'ENGINE 6, DTMF out; #107',
    settings: { actions: [keypad] },
    replies: [{ say: 'I press it.', calls: [tool('dtmf', '{"digits":"42"}')] }, 'Done.'],
    course: [says('four two'), untilHeard('I press it.'), passes(100), says('mm-hm'), quiet],
    expected: { effects: { clear_audio: [] }, actions: ['action_dtmf: true'] },
  },
  {
    name: 'interrupting while an action runs loses neither the action nor the next turn',
    source: 'ENGINE 3, known weakness: the actions worker stops for good',
    settings: { actions: [booking()] },
    replies: [{ say: 'I am going to book that for you now.', calls: [tool('book')] }, 'Booked, yes.', 'Bye.'],
    course: [
      answers({ afterMs: 4_000 }),
      says('book it'),
      untilHeard('I am going'),
      says('wait is it booked'),
      quiet,
      says('thank you'),
      quiet,
    ],
    expected: {
      actions: ['action_external: true'],
      asked: ['book it', 'wait is it booked', 'thank you'],
      finished: null,
    },
  },
  {
    name: 'an action whose server never answers leaves nobody mute',
    source: 'ENGINE 9, "the agent stays muted"',
    settings: { actions: [booking()] },
    replies: [{ say: 'One moment.', calls: [tool('book')] }, 'Their system does not answer.'],
    course: [answers('silent'), says('book it'), passes(13_000), quiet],
    expected: {
      problems: ['ACTION.TIMEOUT'],
      transcript: ['HUMAN: book it', 'BOT: One moment.', 'BOT: Their system does not answer.'],
    },
  },
  {
    name: 'an action that fails is told to the model, and the call goes on',
    source: 'API 5.4, canned info',
    settings: { actions: [booking()] },
    replies: [{ calls: [tool('book')] }, 'It did not work.'],
    course: [answers({ success: false, result: { info: 'server error' } }), says('book it'), quiet],
    expected: {
      actions: ['action_external: false'],
      transcript: ['HUMAN: book it', 'BOT: It did not work.'],
    },
  },
  {
    name: 'agent_message is spoken word for word, and the model is not asked',
    source: 'API 5.4',
    settings: { actions: [booking()] },
    replies: [{ calls: [tool('book')] }],
    course: [answers({ agentMessage: 'Your number is A 12.' }), says('book it'), quiet],
    expected: { asked: ['book it'], transcript: ['HUMAN: book it', 'BOT: Your number is A 12.'] },
  },
  {
    name: 'agent_message is not spoken where the customer wants nothing said',
    source: 'API 5.4, only when speak_on_receive is true',
    settings: { actions: [booking({ speakOnReceive: false })] },
    replies: [{ say: 'I note it.', calls: [tool('book')] }],
    course: [answers({ agentMessage: 'Never.' }), says('note it'), quiet, passes(3_000)],
    expected: { asked: ['note it'], transcript: ['HUMAN: note it', 'BOT: I note it.'] },
  },
  {
    name: 'a quiet action with nothing said beside it still gets the caller a word',
    source: 'PEERS 4A, silence after a tool call',
    settings: { actions: [booking({ speakOnReceive: false })] },
    replies: [{ calls: [tool('book')] }, 'Noted.'],
    course: [answers({}), says('note it'), quiet],
    expected: { transcript: ['HUMAN: note it', 'BOT: Noted.'] },
  },
  {
    name: 'speak_on_send: its line is heard while the request is on its way',
    source: 'API 5.4',
    settings: { actions: [booking({ speakOnSend: true })] },
    replies: [{ calls: [tool('book', '{"user_message":"I book it now."}')] }, 'Done.'],
    course: [answers({ afterMs: 3_000 }), says('book it'), quiet],
    expected: { transcript: ['HUMAN: book it', 'BOT: I book it now.', 'BOT: Done.'] },
  },
  {
    name: 'words said while an action runs are answered once, after it',
    source: 'ENGINE 9, processing_mode muted',
    settings: { actions: [booking()] },
    replies: [{ calls: [tool('book')] }, 'At six, and it is booked.'],
    course: [answers({ afterMs: 5_000 }), says('book it'), passes(1_000), says('at six please'), quiet],
    expected: {
      asked: ['book it', 'at six please'],
      transcript: ['HUMAN: book it', 'HUMAN: at six please', 'BOT: At six, and it is booked.'],
    },
  },
  {
    name: 'a model that only ever calls tools does not keep the caller in silence',
    source: 'RELIABILITY 4.6, infinite tool loop',
    settings: { actions: [keypad] },
    replies: Array.from({ length: 12 }, (_, round) => ({ calls: [tool('nope', '{}', `c${round}`)] })),
    course: [says('go'), quiet],
    expected: { transcript: ['HUMAN: go', 'BOT: Sorry, please go on.'], finished: null },
  },
  {
    name: 'a reply that needs an answer from the knowledge base waits half a second, no longer',
    source: 'decision 7',
    settings: { hasKnowledge: true },
    replies: ['At nine.'],
    course: [finds('silent'), says('when do you open'), quiet],
    expected: {
      transcript: ['HUMAN: when do you open', 'BOT: At nine.'],
      effects: { request_reply: [1_800] },
    },
  },
  {
    name: 'no word from either side for half a minute ends the call',
    source: 'API 5.2, idle hang-up',
    replies: ['Hello.'],
    course: [says('hello'), quiet, passes(40_000)],
    expected: { finished: 'idle', transcript: ['HUMAN: hello', 'BOT: Hello.'] },
  },
  {
    name: 'after 15 s of silence the agent asks once whether someone is there, and the answer counts',
    source: 'API 5.2, ask_if_human_present_on_idle',
    settings: { askIfPresentOnIdle: true },
    replies: ['Hello.', 'Good.'],
    course: [says('hello'), quiet, passes(16_000), untilHeard('Are you still'), says('yes I am'), quiet],
    expected: { finished: null, asked: ['hello', 'yes I am'] },
  },
  {
    name: 'nobody answers the question either: the call ends in its time, with no second question',
    source: 'ENGINE 10, "on the terminating pass it still queues one more prompt"',
    settings: { askIfPresentOnIdle: true },
    replies: ['Hello.'],
    course: [says('hello'), quiet, passes(60_000)],
    expected: {
      finished: 'idle',
      transcript: ['HUMAN: hello', 'BOT: Hello.', 'BOT: Are you still there?'],
    },
  },
  {
    name: 'an action under way is no silence',
    source: 'ENGINE 10, idle detection during actions',
    settings: { actions: [booking()], idleMs: 5_000 },
    replies: [{ calls: [tool('book')] }, 'Done.'],
    course: [answers({ afterMs: 9_000 }), says('book it'), quiet],
    expected: { finished: null, transcript: ['HUMAN: book it', 'BOT: Done.'] },
  },
  {
    name: 'on hold in a menu the agent says nothing, asks nobody, and waits ten minutes',
    source: 'API 5.2, ivr_navigation_mode',
    settings: { maySayNothing: true, idleMs: 600_000 },
    replies: [{ say: '' }],
    course: [says('please hold the line'), quiet, passes(500_000)],
    expected: { finished: null, problems: [], transcript: ['HUMAN: please hold the line'] },
  },
  {
    name: 'keys of the caller are a turn, and stop the agent like a word',
    source: 'ENGINE 6, "caller key-presses unused"',
    replies: ['Press one for sales, two for support.', 'Sales it is.'],
    course: [says('hello'), untilHeard('Press one'), after(0, key('1')), passes(1_300), quiet],
    expected: { asked: ['hello', '[pressed 1]'], finished: null },
  },
  {
    name: 'a model that fails once is asked again, and the caller notices nothing',
    source: 'ENGINE 4, "silence until idle handling"',
    replies: [{ fault: down }, 'Here I am.'],
    course: [says('hello'), quiet],
    expected: { problems: ['MODEL.UNAVAILABLE'], transcript: ['HUMAN: hello', 'BOT: Here I am.'] },
  },
  {
    name: 'a model whose key is wrong is not asked again: an apology, and a call that ends well',
    source: 'ENGINE 4, "nothing is spoken, no end-of-turn"',
    replies: [{ fault: locked }],
    course: [says('hello'), quiet],
    expected: { finished: 'provider_failed', transcript: ['HUMAN: hello', apology] },
  },
  {
    name: 'a model that says nothing at all is a fault, not a silence',
    source: 'PEERS 4A, empty completions',
    replies: [{ say: '' }, 'Sorry, here I am.'],
    course: [says('hello'), quiet],
    expected: { problems: ['MODEL.EMPTY'], transcript: ['HUMAN: hello', 'BOT: Sorry, here I am.'] },
  },
  {
    name: 'a model that writes long arguments is waited for as long as it writes',
    source: 'arguments of a hundred tokens take longer than a first word may',
    settings: { actions: [booking()] },
    replies: [{ calls: [tool('book')], writesMs: 4_000 }, 'Booked.'],
    course: [answers({}), says('book it'), quiet],
    expected: {
      actions: ['action_external: true'],
      problems: [],
      transcript: ['HUMAN: book it', 'BOT: Booked.'],
    },
  },
  {
    name: 'when the time of a call is up the agent says so, whatever runs',
    source: 'ENGINE 1, stop order',
    settings: { actions: [booking()], maxDurationMs: 6_000 },
    replies: [{ calls: [tool('book')] }],
    course: [answers('silent'), says('book it'), passes(20_000)],
    expected: {
      finished: 'max_duration',
      actions: ['action_external: false'],
      transcript: ['HUMAN: book it', 'BOT: I am sorry, we have run out of time. Goodbye.'],
    },
  },
];
