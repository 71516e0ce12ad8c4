import fc from 'fast-check';
import type { ConversationEffect } from './effects';
import type { ConversationEvent, Fault } from './events';
import { heardText } from './speaking/heard-text';
import type { ChatMessage } from './ports';
import type { ConversationAction, ConversationSettings } from './settings';
import { spokenForm } from './speaking/spoken';
import { newConversation } from './state';
import type { ConversationState, SpeechPart } from './state';
import { step } from './step';
import { plainSettings, SimulatedCall, simulatedStartMs } from './testing';
import type { ScriptedReply, ScriptedSpeech } from './testing';
import { parseTrace, replay, traceHeader, traceLine } from './trace';
import { countWords } from './words';

const byModel = { by: 'model' } as const;
const actions: ConversationAction[] = [
  { type: 'action_end_conversation', id: 'a1', trigger: byModel },
  { type: 'action_dtmf', id: 'a2', trigger: byModel },
  { type: 'action_transfer_call', id: 'a3', trigger: byModel, phoneNumber: '+15005550006' },
  {
    type: 'action_external',
    id: 'a4',
    trigger: byModel,
    name: 'book',
    description: '',
    inputSchema: { type: 'object' },
    speakOnSend: true,
    speakOnReceive: true,
  },
];
const fault: fc.Arbitrary<Fault> = fc.record({
  code: fc.constantFrom('MODEL.TIMEOUT', 'SYNTHESIZER.UNAVAILABLE', 'SYNTHESIZER.UNAUTHENTICATED'),
  message: fc.constant('It broke.'),
  retryable: fc.boolean(),
});
const words = fc.constantFrom(
  'yes',
  'mm-hm',
  'stop',
  'what about tomorrow',
  'I see thank you',
  'no',
  'a table for two please',
  'a table for two, please.',
  'I would like, um',
  '',
);
/** Whether a turn is over, by the transcriber. */
const told = fc.constantFrom(true, false, null);
const endMs = fc.constantFrom(0, 400, 900, 5_000);
const said = fc.constantFrom(
  'Sure. How many people will it be? I can offer eight or nine in the evening.',
  'Okay.',
  'One moment please, I will look for that. It is 10:30 now, so we have time, for $4.20 a head.',
  '',
);
const toolCall = fc.record({
  id: fc.constantFrom('c1', 'c2', 'c3'),
  name: fc.constantFrom('end_conversation', 'dtmf', 'transfer_call', 'book', 'unknown'),
  arguments: fc.constantFrom(
    '{}',
    '{"digits":"12#"}',
    '{"digits":5}',
    'nonsense',
    '{"user_message":"One moment."}',
  ),
});

/** What may happen next around a simulated call. */
type Move =
  | { readonly kind: 'run'; readonly ms: number }
  | { readonly kind: 'says'; readonly text: string; readonly endOfTurn: boolean | null }
  | { readonly kind: 'hears'; readonly event: ConversationEvent }
  | { readonly kind: 'marks'; readonly lost: boolean };

const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('run' as const), ms: fc.integer({ min: 0, max: 4_000 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('says' as const), text: words, endOfTurn: told }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('hears' as const),
      event: fc.oneof(
        fc.record({ type: fc.constant('interim' as const), text: words }),
        fc.record({
          type: fc.constant('final' as const),
          text: words,
          endOfTurn: told,
          endMs,
        }),
        fc.record({ type: fc.constant('eager_end_of_turn' as const), text: words }),
        fc.constant({ type: 'turn_resumed' as const }),
        fc.record({ type: fc.constant('utterance_ended' as const), lastWordEndMs: endMs }),
        fc.constant({ type: 'speech_started' as const, atMs: 0 }),
        fc.constant({ type: 'listening_began' as const, audioMs: 20 }),
        fc.record({ type: fc.constant('key_pressed' as const), key: fc.constantFrom('1', '#', 'x') }),
        fc.record({ type: fc.constant('transcriber_failed' as const), fault }),
        fc.constant({ type: 'tick' as const }),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('marks' as const), lost: fc.boolean() }) },
);

interface Plan {
  readonly settings: Partial<ConversationSettings>;
  readonly replies: readonly ScriptedReply[];
  readonly speeches: readonly ScriptedSpeech[];
  readonly refusals: SimulatedCall['refusals'];
  readonly answers: SimulatedCall['answers'];
  readonly firstAudioMs: number;
  readonly moves: readonly Move[];
}

const reply: fc.Arbitrary<ScriptedReply> = fc.record(
  {
    say: said,
    calls: fc.array(toolCall, { minLength: 1, maxLength: 3 }),
    firstTokenMs: fc.integer({ min: 0, max: 3_000 }),
    tokenMs: fc.integer({ min: 0, max: 300 }),
    fault,
    stalls: fc.boolean(),
  },
  { requiredKeys: ['say'] },
);

const plan: fc.Arbitrary<Plan> = fc.record({
  settings: fc.record({
    initialMessage: fc.constantFrom(null, 'Hello, this is Ada from the restaurant. How can I help?'),
    initialMessageDelayMs: fc.constantFrom(0, 1_500),
    interruptSensitivity: fc.constantFrom('low' as const, 'high' as const),
    askIfPresentOnIdle: fc.boolean(),
    idleMs: fc.constantFrom(5_000, 30_000),
    maxDurationMs: fc.constantFrom(40_000, 3_600_000),
    actions: fc.constantFrom([], actions),
    prepareAhead: fc.constantFrom('off' as const, 'reply' as const, 'speech' as const),
    hasKnowledge: fc.boolean(),
    // Few enough for a summary now and then.
    maxHistoryChars: fc.constantFrom(24_000, 200),
  }),
  replies: fc.array(reply, { maxLength: 8 }),
  speeches: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constant('good' as const) },
      { weight: 1, arbitrary: fc.constantFrom('stalls' as const, 'empty' as const, 'breaks off' as const) },
      { weight: 1, arbitrary: fc.record({ fault }) },
    ),
    { maxLength: 12 },
  ),
  refusals: fc.record(
    { check: fc.constantFrom('no', 'silent'), commit: fc.constantFrom('no', 'silent') },
    { requiredKeys: [] },
  ),
  answers: fc.array(
    fc.oneof(
      fc.constant('silent' as const),
      fc.record({
        success: fc.boolean(),
        agentMessage: fc.constantFrom(null, 'It is done.'),
        afterMs: fc.integer({ min: 0, max: 13_000 }),
      }),
    ),
    { maxLength: 4 },
  ),
  firstAudioMs: fc.integer({ min: 10, max: 1_100 }),
  moves: fc.array(move, { maxLength: 25 }),
});

function play(
  { settings, replies, speeches, refusals, answers, firstAudioMs, moves }: Plan,
  watch?: SimulatedCall['watch'],
): SimulatedCall {
  const call = new SimulatedCall(settings, { firstAudioMs }).willReply(...replies).willSpeak(...speeches);
  if (watch) call.watch = watch;
  call.refusals = refusals;
  call.answers.push(...answers);
  call.start();
  for (const next of moves) {
    if (next.kind === 'run') call.run(next.ms);
    else if (next.kind === 'says') call.says(next.text, { endOfTurn: next.endOfTurn });
    else if (next.kind === 'marks') call.loseMarks = next.lost;
    else call.hear(next.event);
  }
  return call;
}

const runs = { numRuns: 250 };

describe('for any course of a call', () => {
  test('nothing follows the last effect, and there is one at most', () => {
    fc.assert(
      fc.property(plan, (given) => {
        const call = play(given).run(20_000);
        const last = call.effects.findIndex(
          ({ effect }) => effect.type === 'finish' || effect.type === 'release',
        );
        if (last >= 0) expect(last).toBe(call.effects.length - 1);
      }),
      runs,
    );
  });

  test('it comes to an end when the caller says no more', () => {
    fc.assert(
      fc.property(plan, (given) => {
        const call = play(given).run(180_000);
        expect(call.state.phase.is).toBe('over');
      }),
      runs,
    );
  });

  test('it can be ended in every state', () => {
    fc.assert(
      fc.property(plan, (given) => {
        const call = play(given).hear({ type: 'detached', reason: 'gone' });
        expect(call.state.phase.is).toBe('over');
        expect(call.state.speech.utterances).toEqual([]);
      }),
      runs,
    );
  });

  test('at most one reply streams, and no more than three utterances are asked for ahead', () => {
    fc.assert(
      fc.property(plan, (given) => {
        const call = play(given).run(20_000);
        const streaming = new Set<number>();
        for (const entry of call.log) {
          if (entry.type === 'request_reply') expect(streaming.add(entry.replyId).size).toBe(1);
          else if ('replyId' in entry && /^(cancel_reply|reply_finished|reply_failed)$/.test(entry.type)) {
            streaming.delete(entry.replyId);
          }
        }
        const requested = call.state.speech.utterances.filter(({ synthesis }) => synthesis === 'requested');
        expect(requested.length).toBeLessThanOrEqual(3);
      }),
      runs,
    );
  });

  test('each request to the model ends once, by itself or cancelled', () => {
    fc.assert(
      fc.property(plan, (given) => {
        const call = play(given).hear({ type: 'detached', reason: 'gone' });
        const ended = call.log.flatMap((entry) =>
          /^(cancel_reply|reply_finished|reply_failed)$/.test(entry.type) && 'replyId' in entry
            ? [entry.replyId]
            : [],
        );
        const asked = call.effectsOf('request_reply').map(({ replyId }) => replyId);
        expect(ended.sort()).toEqual(asked.sort());
      }),
      runs,
    );
  });

  test('what is prepared has no effect and no trace, and never more than twice a turn', () => {
    fc.assert(
      fc.property(plan, (given) => {
        const broken: string[] = [];
        play(given, (state, effects) => {
          broken.push(...brokenByPreparing(state, effects));
        }).run(5_000);
        expect(broken).toEqual([]);
      }),
      runs,
    );
  });

  test('no state is without an exit: when nobody answers any more, it listens again or is over', () => {
    fc.assert(
      fc.property(plan, (given) => {
        const call = play(given);
        call.isDeserted = true;
        let hasListened = false;
        call.watch = ({ activity, phase, speech, hearing, ahead }) => {
          const isListening = phase.is === 'talking' && activity.is === 'listening' && !ahead;
          const hasNothing = speech.parts.length === 0 && !hearing.words && !hearing.interim;
          if (phase.is === 'over' || (isListening && hasNothing)) hasListened = true;
        };
        call.hear({ type: 'tick' }).run(60_000);
        expect(hasListened).toBe(true);
      }),
      runs,
    );
  });

  test('every tool call in every request is answered, once, right behind it', () => {
    fc.assert(
      fc.property(plan, (given) => {
        const call = play(given).run(20_000);
        for (const { messages } of call.requests) expectAnswered(messages);
      }),
      runs,
    );
  });

  test('every action that started has finished when the call is over', () => {
    fc.assert(
      fc.property(plan, (given) => {
        const call = play(given).hear({ type: 'detached', reason: 'gone' });
        const count = (type: string) => call.facts.filter((fact) => fact.type === type).length;
        expect(count('action_finished')).toBe(count('action_started'));
      }),
      runs,
    );
  });

  test('the record holds the words that were played, to a word a sentence', () => {
    fc.assert(
      fc.property(plan, (given) => {
        const call = play({
          ...given,
          speeches: [],
          moves: given.moves.filter(({ kind }) => kind !== 'marks'),
        });
        call.hear({ type: 'detached', reason: 'gone' });
        const told = call.facts.filter((fact) => fact.type === 'message' && fact.sender === 'bot');
        const record = told.map((fact) => (fact.type === 'message' ? fact.text : '')).join(' ');
        const onRecord = countWords(spokenForm(record, 'en').spoken);
        const played = call.carrier.played(call.nowMs).filter(({ text }) => !text.startsWith('['));
        const heard = countWords(
          played.map(({ text, playedMs, totalMs }) => heardText(text, playedMs, totalMs)).join(' '),
        );
        const cuts = call.effectsOf('clear_audio').length + 1;
        expect(Math.abs(onRecord - heard)).toBeLessThanOrEqual(cuts);
      }),
      runs,
    );
  });

  test('no word of the caller is lost, and none is on record twice', () => {
    fc.assert(
      fc.property(plan, (given) => {
        // Interims are left out: what becomes of one without a final is a matter of its own.
        const finals: Move[] = given.moves
          .filter(({ kind }) => kind === 'says' || kind === 'run')
          .map((next) => (next.kind === 'says' ? { ...next, text: next.text || 'well' } : next));
        const call = play({ ...given, moves: finals });
        const spoken = call.events.flatMap(({ event }) => (event.type === 'final' ? [event.text] : []));
        const wasOver = call.state.phase.is === 'over';
        call.hear({ type: 'detached', reason: 'gone' });
        const told = call.facts.flatMap((fact) =>
          fact.type === 'message' && fact.sender === 'human' ? [fact.text] : [],
        );
        if (!wasOver) expect(told.join(' ')).toBe(spoken.join(' '));
      }),
      runs,
    );
  });

  test('its record, kept as a file and read again, gives the same effects', () => {
    fc.assert(
      fc.property(plan, (given) => {
        const call = play(given).run(20_000);
        const file = traceHeader(call.settings) + call.entries.map(traceLine).join('');
        const trace = parseTrace(file);
        expect(trace && replay(trace).flat()).toEqual(call.effects.map(({ effect }) => effect));
      }),
      { numRuns: 100 },
    );
  });
});

describe('for any events at all, in any order', () => {
  const id = fc.integer({ min: 0, max: 12 });
  const anyEvent: fc.Arbitrary<ConversationEvent> = fc.oneof(
    fc.constant({ type: 'started' as const }),
    fc.record({ type: fc.constant('interim' as const), text: fc.string() }),
    fc.record({
      type: fc.constant('final' as const),
      text: fc.string(),
      endOfTurn: told,
      endMs: fc.double(),
    }),
    fc.record({ type: fc.constant('eager_end_of_turn' as const), text: fc.string() }),
    fc.constant({ type: 'turn_resumed' as const }),
    fc.record({ type: fc.constant('listening_began' as const), audioMs: fc.double() }),
    fc.record({
      type: fc.constant('speech_words' as const),
      utteranceId: id,
      words: fc.array(fc.record({ text: fc.string(), startMs: fc.double(), endMs: fc.double() })),
    }),
    fc.record({
      type: fc.constant('action_answered' as const),
      runId: id,
      answer: fc.record({
        success: fc.boolean(),
        result: fc.constant({ a: 1 }),
        agentMessage: fc.option(fc.string()),
      }),
    }),
    fc.record({
      type: fc.constant('summary_ready' as const),
      summaryId: id,
      text: fc.constantFrom(null, 'They talked.'),
    }),
    fc.record({
      type: fc.constant('looked_up' as const),
      lookupId: id,
      passages: fc.array(
        fc.record({ text: fc.string(), source: fc.option(fc.string()), score: fc.double() }),
      ),
    }),
    fc.record({ type: fc.constant('summary_ready' as const), summaryId: id, text: fc.option(fc.string()) }),
    fc.record({ type: fc.constant('speech_started' as const), atMs: fc.double() }),
    fc.record({ type: fc.constant('utterance_ended' as const), lastWordEndMs: fc.double() }),
    fc.record({ type: fc.constant('key_pressed' as const), key: fc.string() }),
    fc.record({
      type: fc.constant('reply_text' as const),
      replyId: id,
      text: fc.string({ unit: 'grapheme' }),
    }),
    fc.record({ type: fc.constant('reply_tool_call' as const), replyId: id, call: toolCall }),
    fc.record({
      type: fc.constant('reply_finished' as const),
      replyId: id,
      reason: fc.constantFrom(
        'stop' as const,
        'length' as const,
        'tool_calls' as const,
        'content_filter' as const,
      ),
    }),
    fc.record({ type: fc.constant('reply_failed' as const), replyId: id, fault }),
    fc.record({
      type: fc.constant('speech_audio' as const),
      utteranceId: id,
      bytes: fc.integer({ min: -1, max: 9_000 }),
    }),
    fc.record({ type: fc.constant('speech_finished' as const), utteranceId: id }),
    fc.record({ type: fc.constant('speech_failed' as const), utteranceId: id, fault }),
    fc.record({ type: fc.constant('playout_began' as const), utteranceId: id }),
    fc.record({ type: fc.constant('mark' as const), name: fc.constantFrom('m1', 'm2', 'm3', 'm4', 'zz') }),
    fc.record({
      type: fc.constantFrom('transfer_checked' as const, 'transfer_answered' as const),
      runId: id,
      refusal: fc.constantFrom(null, 'no'),
    }),
    fc.record({
      type: fc.constant('action_answered' as const),
      runId: id,
      answer: fc.record({
        success: fc.boolean(),
        result: fc.constant({}),
        agentMessage: fc.constantFrom(null, 'Done.'),
      }),
    }),
    fc.constant({ type: 'tick' as const }),
    fc.record({ type: fc.constant('transcriber_failed' as const), fault }),
    fc.record({ type: fc.constantFrom('detached' as const), reason: fc.string() }),
  );

  test('it does not throw, and asks the model only with answered calls', () => {
    const settings: ConversationSettings = {
      ...plainSettings,
      actions,
      initialMessage: 'Hello, who is it?',
      maxHistoryChars: 100,
    };
    const course = fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), anyEvent), { maxLength: 60 });
    fc.assert(
      fc.property(course, (events) => {
        let nowMs = simulatedStartMs;
        let [state] = step(newConversation(settings), { type: 'started' }, nowMs);
        for (const [afterMs, event] of events) {
          nowMs += afterMs;
          const [next, effects] = step(state, event, nowMs);
          state = next;
          for (const effect of effects) {
            if (effect.type === 'request_reply') expectAnswered(effect.request.messages);
          }
        }
      }),
      { numRuns: 1_500 },
    );
  });
});

/** What of a prepared reply is where it must not be: with the carrier, in the history, beside another reply. */
function brokenByPreparing(state: ConversationState, effects: readonly ConversationEffect[]): string[] {
  const { speech, ahead, activity, history, hearing } = state;
  const held = speech.parts.filter((part) => part.held !== null);
  const isHeld = (utteranceId: number) =>
    speech.utterances.some(({ id, partId }) => id === utteranceId && held.some((part) => part.id === partId));
  const isReply = ({ startedAtMs, kind }: SpeechPart) => startedAtMs !== null && kind === 'reply';
  const rules: readonly [string, boolean][] = [
    ['held speech was sent', effects.some((e) => e.type === 'send_audio' && isHeld(e.utteranceId))],
    ['speech is held for nothing', held.length > 0 && !ahead],
    ['prepared while something else was done', ahead !== null && activity.is !== 'listening'],
    ['prepared while the agent was heard', ahead !== null && speech.parts.some(isReply)],
    ['remembered', history.some((e) => e.kind === 'agent' && e.id === ahead?.reply.entryId)],
    ['more than two in a turn', hearing.preparations > 2],
  ];
  return rules.flatMap(([rule, isBroken]) => (isBroken ? [rule] : []));
}

function expectAnswered(messages: readonly ChatMessage[]): void {
  messages.forEach((message, index) => {
    if (message.role !== 'assistant' || message.toolCalls.length === 0) return;
    const answers = messages.slice(index + 1, index + 1 + message.toolCalls.length);
    expect(answers.map((answer) => (answer.role === 'tool' ? answer.toolCallId : null))).toEqual(
      message.toolCalls.map((call) => call.id),
    );
  });
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? message.toolCalls : []));
  expect(messages.filter(({ role }) => role === 'tool')).toHaveLength(calls.length);
}
