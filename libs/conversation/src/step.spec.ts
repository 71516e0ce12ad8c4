import type { Fault } from './events';
import { languageFacts } from './languages';
import type { ConversationAction } from './settings';
import { SimulatedCall } from './testing';

const busy: Fault = { code: 'MODEL.RATE_LIMITED', message: 'Too many requests.', retryable: true };
const locked: Fault = { code: 'MODEL.UNAUTHENTICATED', message: 'The key is wrong.', retryable: false };
const mute: Fault = { code: 'SYNTHESIZER.UNAVAILABLE', message: 'The voice is down.', retryable: true };
const deaf: Fault = { code: 'TRANSCRIBER.UNAVAILABLE', message: 'The socket closed.', retryable: true };
const apology = 'I am sorry, I am having technical difficulties. Please call again later. Goodbye.';

const byModel = { by: 'model' } as const;
const hangUp: ConversationAction = { type: 'action_end_conversation', id: 'a1', trigger: byModel };
const keypad: ConversationAction = { type: 'action_dtmf', id: 'a2', trigger: byModel };
const handOver: ConversationAction = {
  type: 'action_transfer_call',
  id: 'a3',
  trigger: byModel,
  phoneNumber: '+15005550006',
};
const tool = (name: string, args = '{}', id = 'call_1') => ({ id, name, arguments: args });

describe('the opening', () => {
  test('the initial message is said as soon as the stream is open', () => {
    const call = new SimulatedCall({ initialMessage: 'Hello, this is Ada.' }).start();
    expect(call.effectsOf('request_speech')).toEqual([
      { type: 'request_speech', utteranceId: expect.any(Number), text: 'Hello, this is Ada.' },
    ]);
    expect(call.runUntilQuiet().transcript).toEqual(['BOT: Hello, this is Ada.']);
    expect(call.effectsOf('open_transcriber')).toHaveLength(1);
  });

  test('it waits for its delay', () => {
    const call = new SimulatedCall({ initialMessage: 'Hello.', initialMessageDelayMs: 2_000 }).start();
    call.run(1_990);
    expect(call.effectsOf('request_speech')).toHaveLength(0);
    call.run(20);
    expect(call.effectsOf('request_speech')).toHaveLength(1);
  });

  test('without one the caller speaks first', () => {
    const call = new SimulatedCall().start().run(5_000);
    expect(call.effectsOf('request_speech')).toHaveLength(0);
    call.willReply('Good morning.').says('hello').runUntilQuiet();
    expect(call.transcript).toEqual(['HUMAN: hello', 'BOT: Good morning.']);
  });

  test('a caller who speaks during the delay is greeted at once, and the words are kept', () => {
    const call = new SimulatedCall({ initialMessage: 'Hello there.', initialMessageDelayMs: 5_000 }).start();
    call.run(200).says('yes who is it');
    expect(call.effectsOf('request_speech')).toHaveLength(1);
    call.runUntilQuiet();
    expect(call.requests).toHaveLength(0);
    expect(call.transcript).toEqual(['HUMAN: yes who is it', 'BOT: Hello there.']);
  });

  test('the delay does not cut into the caller’s sentence', () => {
    const call = new SimulatedCall({ initialMessage: 'Hello there.', initialMessageDelayMs: 1_000 }).start();
    call.run(800).says('is this the right number');
    expect(call.timeOf('request_speech')).toBe(call.nowMs);
  });

  test('a greeting in return does not stop the greeting', () => {
    const call = new SimulatedCall({ initialMessage: 'Hello, this is Ada from the restaurant.' }).start();
    call.run(600).says('hello').runUntilQuiet();
    expect(call.transcript).toEqual(['HUMAN: hello', 'BOT: Hello, this is Ada from the restaurant.']);
  });

  test('real words stop the greeting', () => {
    const call = new SimulatedCall({ initialMessage: 'Hello, this is Ada from the restaurant.' }).start();
    call.run(600).says('I want a table').runUntilQuiet();
    expect(call.effectsOf('clear_audio')).toHaveLength(1);
    expect(call.transcript[0]).toMatch(/^BOT: Hello, this is.*-$/);
    expect(call.transcript.slice(1)).toEqual(['HUMAN: I want a table', 'BOT: Okay then.']);
  });

  test('a call taken up again goes on with a short sentence, and the model knows what was said', () => {
    const call = new SimulatedCall({
      initialMessage: 'Hello.',
      resumed: true,
      history: [
        { kind: 'bot', text: 'How many', interrupted: true },
        { kind: 'action', toolCallId: 'x', type: 'action_dtmf', input: { digits: '1' }, output: null },
        { kind: 'human', text: 'four people' },
      ],
    }).start();
    call.runUntilQuiet().says('and a dog').runUntilQuiet();
    expect(call.transcript[0]).toBe('BOT: Sorry, please go on.');
    expect(call.requests[0]?.messages.map(({ role }) => role)).toEqual([
      'system',
      'assistant',
      'assistant',
      'tool',
      'user',
      'assistant',
      'user',
    ]);
    expect(call.requests[0]?.messages[1]).toMatchObject({ content: 'How many-' });
  });
});

test('a very long initial message is made by sentences, heard whole and told as one', () => {
  const initialMessage = 'This is one more sentence of a long greeting. '.repeat(40).trim();
  const call = new SimulatedCall({ initialMessage }).start().run(5_000);
  expect(call.effectsOf('request_speech').every(({ text }) => text.length <= 600)).toBe(true);
  for (let round = 0; round < 3; round += 1) call.runUntilQuiet();
  expect(call.transcript).toEqual([`BOT: ${initialMessage}`]);
});

describe('turns', () => {
  test('a final that ends the turn is answered', () => {
    const call = new SimulatedCall()
      .willReply('Sure, for when?')
      .start()
      .says('I need a table')
      .runUntilQuiet();
    expect(call.requests[0]?.messages).toEqual([
      { role: 'system', content: 'You are a helpful agent.' },
      { role: 'user', content: 'I need a table' },
    ]);
    expect(call.transcript).toEqual(['HUMAN: I need a table', 'BOT: Sure, for when?']);
  });

  test('segments that do not end the turn are gathered until the utterance ends', () => {
    const call = new SimulatedCall().start();
    call.says('I need', { endOfTurn: false }).says('a table', { endOfTurn: false });
    expect(call.requests).toHaveLength(0);
    call.hear({ type: 'utterance_ended', lastWordEndMs: 0 });
    expect(call.requests[0]?.messages[1]).toEqual({ role: 'user', content: 'I need a table' });
  });

  test('the end of an utterance after the turn was answered asks nobody again', () => {
    const call = new SimulatedCall().start().says('I need a table');
    call.run(50).hear({ type: 'utterance_ended', lastWordEndMs: 0 }).runUntilQuiet();
    call.hear({ type: 'utterance_ended', lastWordEndMs: 0 }).runUntilQuiet();
    expect(call.requests).toHaveLength(1);
  });

  test('an empty final that ends the turn ends what was gathered', () => {
    const call = new SimulatedCall().start().says('hello there', { endOfTurn: false });
    call.hear({ type: 'final', text: '', endOfTurn: true, endMs: 0 });
    expect(call.requests).toHaveLength(1);
  });

  test('empty results and sounds without words do nothing', () => {
    const call = new SimulatedCall().start();
    call.hear({ type: 'speech_started', atMs: 0 }).hear({ type: 'interim', text: ' ' });
    call.hear({ type: 'final', text: '', endOfTurn: true, endMs: 0 }).run(5_000);
    expect(call.requests).toHaveLength(0);
  });

  test('words whose end is never told are answered all the same', () => {
    const call = new SimulatedCall().start().says('I need a table', { endOfTurn: false }).run(3_100);
    expect(call.requests).toHaveLength(1);
  });

  test('an interim whose final is lost is answered; its late final is not answered again', () => {
    const call = new SimulatedCall().start();
    call.hear({ type: 'interim', text: 'a table for two' }).run(3_100);
    expect(call.requests[0]?.messages[1]).toEqual({ role: 'user', content: 'a table for two' });
    call.hear({ type: 'final', text: 'A table for two.', endOfTurn: true, endMs: 0 }).runUntilQuiet();
    expect(call.requests).toHaveLength(1);
  });

  test('what comes on top of a late final is kept', () => {
    const call = new SimulatedCall().start();
    call.hear({ type: 'interim', text: 'a table' }).run(3_100).runUntilQuiet();
    call.hear({ type: 'final', text: 'A table for two.', endOfTurn: true, endMs: 0 }).runUntilQuiet();
    expect(call.transcript.filter((line) => line.startsWith('HUMAN'))).toEqual([
      'HUMAN: a table',
      'HUMAN: for two.',
    ]);
  });

  test('a caller who goes on before anything was heard gets one answer to both parts', () => {
    const call = new SimulatedCall({}, { firstTokenMs: 900 });
    call.willReply('Never heard.', 'For two, fine.').start();
    call.says('I need a table').run(200);
    call.says('for two').runUntilQuiet();
    expect(call.effectsOf('cancel_reply')).toHaveLength(1);
    expect(call.requests).toHaveLength(2);
    expect(call.requests[1]?.messages.at(-1)).toEqual({ role: 'user', content: 'I need a table for two' });
    expect(call.transcript).toEqual(['HUMAN: I need a table', 'HUMAN: for two', 'BOT: For two, fine.']);
    expect(call.facts.filter(({ type }) => type === 'turn_metrics')).toHaveLength(1);
  });

  test('also when the reply is complete and its speech is still being made', () => {
    const call = new SimulatedCall({}, { firstAudioMs: 900 })
      .willReply('Never heard.', 'For two, fine.')
      .start();
    call.says('I need a table').run(500);
    call.says('for two').runUntilQuiet();
    expect(call.transcript).toEqual(['HUMAN: I need a table', 'HUMAN: for two', 'BOT: For two, fine.']);
    expect(JSON.stringify(call.requests[1]?.messages)).not.toContain('Never heard');
  });

  test('a false start is answered after all, when no words follow', () => {
    const call = new SimulatedCall().start().says('I need a table').run(200);
    call
      .hear({ type: 'interim', text: 'uh' })
      .run(100)
      .hear({ type: 'final', text: '', endOfTurn: true, endMs: 0 });
    call.runUntilQuiet();
    expect(call.transcript).toEqual(['HUMAN: I need a table', 'BOT: Okay then.']);
  });

  test('the caller’s words in a row are one message to the model, each on record once', () => {
    const call = new SimulatedCall().start().says('one').run(100).says('two').run(100).says('three');
    call.runUntilQuiet();
    expect(call.requests.at(-1)?.messages.at(-1)).toEqual({ role: 'user', content: 'one two three' });
    expect(call.transcript.filter((line) => line.startsWith('HUMAN'))).toHaveLength(3);
  });
});

describe('replies', () => {
  test('the first clause goes to speech while the reply still streams', () => {
    const call = new SimulatedCall({}, { tokenMs: 100 }).start();
    call.willReply('Of course, I can book you a table for tonight.').says('hi');
    const askedMs = call.nowMs;
    call.runUntilQuiet();
    expect(call.effectsOf('request_speech')[0]?.text).toBe('Of course,');
    expect(call.timeOf('request_speech') - askedMs).toBe(400);
    expect(call.transcript[1]).toBe('BOT: Of course, I can book you a table for tonight.');
  });

  test('speech is asked for no more than two utterances ahead', () => {
    const call = new SimulatedCall({}, { firstTokenMs: 10, tokenMs: 1, firstAudioMs: 100 }).start();
    const sentences = [1, 2, 3, 4, 5, 6].map((n) => `This is sentence number ${n} of six. `).join('');
    call.willReply(sentences).says('tell me').run(300);
    expect(call.effectsOf('request_speech')).toHaveLength(3);
    call.runUntilQuiet();
    expect(call.effectsOf('request_speech')).toHaveLength(6);
    expect(call.transcript[1]).toBe(`BOT: ${sentences.trim()}`);
  });

  test('audio that is ready early waits for its turn', () => {
    const call = new SimulatedCall().start();
    call.willReply('The first sentence is a bit longer. The second one.').says('go').runUntilQuiet();
    const order = call.carrier.played(call.nowMs).map(({ text }) => text);
    expect(order).toEqual(['The first sentence is a bit longer.', 'The second one.']);
  });

  test('markdown, emoji and addresses are not read out', () => {
    const call = new SimulatedCall().start();
    call
      .willReply('**Sure!** See [our menu](https://x.test/a?b=1) 😀 or https://x.test now.')
      .says('go')
      .runUntilQuiet();
    expect(call.transcript[1]).toBe('BOT: Sure! See our menu or now.');
  });

  test('the turn’s times are told once', () => {
    const call = new SimulatedCall().start().willReply('Of course, right away.').says('go').runUntilQuiet();
    expect(call.facts.filter(({ type }) => type === 'turn_metrics')).toEqual([
      {
        type: 'turn_metrics',
        turn: 1,
        model_requested_ms: 0,
        first_token_ms: 300,
        speech_requested_ms: 320,
        first_byte_ms: 420,
        first_frame_ms: 420,
        own_ms: 0,
        latency_ms: null,
        end_of_turn_ms: null,
        prepared: 'none',
        model_calls: 1,
      },
    ]);
  });
});

describe('barge-in', () => {
  const story = 'Let me tell you about the menu of today. We have a soup. We have fish and we have meat.';
  const listening = (settings = {}) =>
    new SimulatedCall(settings)
      .willReply(story)
      .start()
      .says('what is there')
      .runUntilHeard('about the menu');

  test.each(['mm-hm', 'yeah', 'okay', 'uh huh', 'right', 'I see', 'okay yeah', 'um', 'thanks'])(
    'low: "%s" does not stop the agent',
    (words) => {
      const call = listening().says(words).runUntilQuiet();
      expect(call.effectsOf('clear_audio')).toHaveLength(0);
      expect(call.transcript).toContain(`BOT: ${story}`);
      expect(call.transcript).toContain(`HUMAN: ${words}`);
      expect(call.requests).toHaveLength(1);
    },
  );

  test.each([
    'stop',
    'wait',
    'no',
    'hold on',
    'yeah but no',
    'okay wait',
    'what about tea',
    'the fish please',
    'hello',
  ])('low: "%s" stops the agent', (words) => {
    const call = listening().says(words).runUntilQuiet();
    expect(call.effectsOf('clear_audio')).toHaveLength(1);
    expect(call.requests.at(-1)?.messages.at(-1)).toEqual({ role: 'user', content: words });
  });

  test.each(['mm-hm', 'yeah', 'um'])('high: "%s" stops the agent', (words) => {
    expect(listening({ interruptSensitivity: 'high' }).says(words).effectsOf('clear_audio')).toHaveLength(1);
  });

  test('it stops with the first interim, not with the final', () => {
    const call = listening();
    const fromMs = call.nowMs;
    call.says('stop that please');
    expect(call.timeOf('clear_audio', fromMs) - fromMs).toBe(300);
  });

  test('the message is cut where the caller cut it, and the model knows only that', () => {
    const call = listening().says('stop').runUntilQuiet();
    const cut = call.transcript[1] ?? '';
    expect(cut).toMatch(/^BOT: Let me tell you about the menu.*-$/);
    expect(call.carrier.heardText(call.nowMs)).toContain(cut.slice(5, -1));
    expect(call.requests[1]?.messages.at(-2)).toEqual({
      role: 'assistant',
      content: cut.slice(5),
      toolCalls: [],
    });
  });

  test('a reply that still streams is stopped', () => {
    const call = new SimulatedCall({}, { tokenMs: 400 })
      .willReply(story)
      .start()
      .says('go')
      .runUntilHeard('Let me tell');
    call.says('stop it').runUntilQuiet();
    expect(call.effectsOf('cancel_reply')).toHaveLength(1);
    expect(JSON.stringify(call.requests[1])).not.toContain('soup');
  });

  test('marks of dropped audio mean nothing', () => {
    const call = listening().says('stop');
    const mark = call.effectsOf('send_mark').at(-1)?.name ?? '';
    const before = call.state.speech;
    expect(call.hear({ type: 'mark', name: mark }).state.speech).toEqual(before);
  });

  test('a listening sound is not answered later, but it is not lost either', () => {
    const call = listening().says('okay').runUntilQuiet().says('and the fish').runUntilQuiet();
    expect(call.requests).toHaveLength(2);
    expect(call.requests[1]?.messages.at(-1)).toEqual({ role: 'user', content: 'okay and the fish' });
    expect(call.transcript.filter((line) => line.includes('okay'))).toHaveLength(1);
  });

  test('a short answer to a question counts', () => {
    const call = new SimulatedCall()
      .willReply('Would you like the soup? It is very good today, they say.')
      .start();
    call.says('hungry').runUntilHeard('very good').says('yes').runUntilQuiet();
    expect(call.effectsOf('clear_audio')).toHaveLength(1);
    expect(call.requests).toHaveLength(2);
  });

  test('an answer over the last syllables of a question is answered once it was heard', () => {
    const call = new SimulatedCall().willReply('We have one left. Would you like the soup?', 'Good.').start();
    call.says('hungry').runUntilHeard('like the');
    call.hear({ type: 'final', text: 'yes', endOfTurn: true, endMs: 0 }).runUntilQuiet();
    expect(call.effectsOf('clear_audio')).toHaveLength(0);
    expect(call.transcript.slice(1)).toEqual([
      'HUMAN: yes',
      'BOT: We have one left. Would you like the soup?',
      'BOT: Good.',
    ]);
  });

  test('a word at a time: "yeah" goes on as a sentence and then stops the agent', () => {
    const call = listening();
    call.hear({ type: 'interim', text: 'yeah' });
    expect(call.effectsOf('clear_audio')).toHaveLength(0);
    call.hear({ type: 'interim', text: 'yeah I want the fish' });
    expect(call.effectsOf('clear_audio')).toHaveLength(1);
  });

  test('words that began before the agent’s first sound count when they are over', () => {
    const call = new SimulatedCall({ initialMessage: 'Hello, this is Ada from the restaurant.' }).start();
    call.hear({ type: 'interim', text: 'I want a table' }).run(400);
    call.hear({ type: 'utterance_ended', lastWordEndMs: 0 });
    call.hear({ type: 'final', text: 'I want a table', endOfTurn: true, endMs: 0 }).runUntilQuiet();
    expect(call.requests).toHaveLength(1);
    expect(call.transcript.at(-1)).toBe('BOT: Okay then.');
  });

  test('in German', () => {
    const call = listening({ language: 'de' });
    expect(call.says('genau').effectsOf('clear_audio')).toHaveLength(0);
    expect(call.says('moment').effectsOf('clear_audio')).toHaveLength(1);
  });
});

describe('ending the call', () => {
  const ending = () => new SimulatedCall({ actions: [hangUp] }).start();

  test('only after the farewell was heard', () => {
    const call = ending().willReply({ say: 'Goodbye and thank you.', calls: [tool('end_conversation')] });
    call.says('that is all').run(700);
    expect(call.finished).toBeNull();
    call.runUntilQuiet();
    expect(call.carrier.heardText(call.nowMs)).toBe('Goodbye and thank you.');
    expect(call.carrier.isPlaying(call.nowMs)).toBe(false);
    expect(call.finished).toEqual({ reason: 'agent_ended', errorMessage: null });
    expect(call.facts.filter(({ type }) => type.startsWith('action'))).toMatchObject([
      {
        type: 'action_started',
        tool_call_id: 'call_1',
        action_id: 'a1',
        action_type: 'action_end_conversation',
      },
      { type: 'action_finished', output: { success: true } },
    ]);
  });

  test('at once when nothing is said', () => {
    const call = ending()
      .willReply({ calls: [tool('end_conversation')] })
      .says('bye')
      .runUntilQuiet();
    expect(call.finished?.reason).toBe('agent_ended');
  });

  test('a farewell that is interrupted keeps the call, and the model is told', () => {
    const call = ending().willReply({
      say: 'Goodbye and thank you for calling us.',
      calls: [tool('end_conversation')],
    });
    call.says('that is all').runUntilHeard('Goodbye and').says('oh one more question').runUntilQuiet();
    expect(call.finished).toBeNull();
    expect(call.requests[1]?.messages.slice(-3)).toMatchObject([
      { role: 'assistant', toolCalls: [{ id: 'call_1' }] },
      { role: 'tool', toolCallId: 'call_1', content: expect.stringContaining('interrupted') },
      { role: 'user', content: 'oh one more question' },
    ]);
    expect(call.facts).toContainEqual(
      expect.objectContaining({
        type: 'action_finished',
        output: expect.objectContaining({ success: false }),
      }),
    );
  });

  test.each(['bye', 'okay bye bye', 'thank you goodbye', 'you too'])(
    '"%s" does not interrupt a farewell',
    (words) => {
      const call = ending().willReply({
        say: 'Goodbye and thank you for calling us.',
        calls: [tool('end_conversation')],
      });
      call.says('that is all').runUntilHeard('Goodbye and').says(words).runUntilQuiet();
      expect(call.finished?.reason).toBe('agent_ended');
      expect(call.transcript).toContain(`HUMAN: ${words}`);
    },
  );

  test('a phrase ends the call once it was heard', () => {
    const phrases = { by: 'phrase', phrases: ["It's goodbye, then"] } as const;
    const call = new SimulatedCall({ actions: [{ ...hangUp, trigger: phrases }] }).start();
    call.willReply('Well — its GOODBYE then!').says('that is all').runUntilQuiet();
    expect(call.requests[0]?.tools).toEqual([]);
    expect(call.finished?.reason).toBe('agent_ended');
  });

  test('a phrase that was cut off before it was heard does nothing', () => {
    const phrases = { by: 'phrase', phrases: ['goodbye'] } as const;
    const call = new SimulatedCall({ actions: [{ ...hangUp, trigger: phrases }] }).start();
    call.willReply('Before I let you go I would like to say goodbye').says('done').runUntilHeard('Before I');
    call.says('wait').run(5_000);
    expect(call.finished).toBeNull();
  });

  test('after the time for a call is up the agent says so and ends it', () => {
    const call = new SimulatedCall({ maxDurationMs: 10_000 }).start().run(20_000);
    expect(call.transcript).toEqual(['BOT: I am sorry, we have run out of time. Goodbye.']);
    expect(call.finished?.reason).toBe('max_duration');
  });

  test('a caller who hangs up: what was heard and said is on record, and all stops', () => {
    const call = new SimulatedCall().willReply('This is a rather long answer to it.').start();
    call.says('go').runUntilHeard('This is a').hear({ type: 'interim', text: 'I have' });
    call.hear({ type: 'detached', reason: 'caller hung up' });
    expect(call.transcript).toEqual([
      'HUMAN: go',
      expect.stringMatching(/^BOT: This is( a)?.*-$/),
      'HUMAN: I have',
    ]);
    expect(call.effects.at(-1)?.effect).toEqual({ type: 'release', reason: 'caller hung up' });
    const count = call.effects.length;
    call.says('hello').run(60_000);
    expect(call.effects).toHaveLength(count);
  });

  test('draining hands the call back at once', () => {
    expect(new SimulatedCall().start().hear({ type: 'drain' }).finished?.reason).toBe('drained');
  });
});

describe('tools', () => {
  test('keys are pressed when all was said, and the model hears of it', () => {
    const call = new SimulatedCall({ actions: [keypad] }).start();
    call.willReply(
      { say: 'One moment please.', calls: [tool('dtmf', '{"digits":"12#"}')] },
      'I pressed them.',
    );
    call.says('press it').runUntilQuiet();
    const played = call.carrier.played(call.nowMs).map(({ text }) => text);
    expect(played).toEqual(['One moment please.', '[12#]', 'I pressed them.']);
    expect(call.requests[1]?.messages.at(-1)).toEqual({
      role: 'tool',
      toolCallId: 'call_1',
      content: '{"success":true}',
    });
    expect(call.facts).toContainEqual(
      expect.objectContaining({
        type: 'action_finished',
        action_id: 'a2',
        input: { digits: '12#' },
        output: { success: true },
      }),
    );
  });

  test('words over the tones do not stop them, and are answered after', () => {
    const call = new SimulatedCall({ actions: [keypad] }).start();
    call.willReply({ calls: [tool('dtmf', '{"digits":"123456789"}')] }, 'Sales it is.');
    call.says('menu').run(500).says('for sales press one').runUntilQuiet();
    expect(call.effectsOf('clear_audio')).toHaveLength(0);
    expect(call.requests).toHaveLength(2);
    expect(call.requests[1]?.messages.slice(-2)).toMatchObject([
      { role: 'tool' },
      { role: 'user', content: 'for sales press one' },
    ]);
  });

  test.each([
    ['an unknown tool', tool('rm_rf', '{}'), 'no tool named'],
    ['no JSON', tool('dtmf', '{"digits":'), 'not a JSON object'],
    ['an array', tool('dtmf', '[]'), 'not a JSON object'],
    ['letters for digits', tool('dtmf', '{"digits":"ABC"}'), 'must be 1 to 32 of'],
    ['no digits', tool('dtmf', '{}'), 'must be 1 to 32 of'],
    ['too many digits', tool('dtmf', `{"digits":"${'1'.repeat(33)}"}`), 'must be 1 to 32 of'],
    ['an extra argument', tool('dtmf', '{"digits":"1","to":"+1900"}'), 'Unknown arguments'],
    ['another number to call', tool('transfer_call', '{"phone_number":"+19005551234"}'), 'Unknown arguments'],
    ['a megabyte', tool('dtmf', `{"digits":"${'1'.repeat(1_000_000)}"}`), 'too long'],
  ])('%s is refused, and the model is told', (_, wrong, message) => {
    const call = new SimulatedCall({ actions: [keypad, handOver] }).start();
    call
      .willReply({ calls: [wrong] }, 'I cannot do that.')
      .says('do it')
      .runUntilQuiet();
    expect(call.requests[1]?.messages.at(-1)).toMatchObject({ role: 'tool', toolCallId: 'call_1' });
    expect(call.requests[1]?.messages.at(-1)?.content).toContain(message);
    expect(call.problems).toEqual(['TOOL.REFUSED']);
    expect(call.transcript.at(-1)).toBe('BOT: I cannot do that.');
    expect(call.finished).toBeNull();
    expect(call.effectsOf('request_tones')).toHaveLength(0);
    expect(call.effectsOf('check_transfer')).toHaveLength(0);
  });

  test('several calls of one reply are carried out in order, and each is answered', () => {
    const call = new SimulatedCall({ actions: [keypad] }).start();
    const calls = [
      tool('dtmf', '{"digits":"1"}', 'a'),
      tool('nope', '{}', 'b'),
      tool('dtmf', '{"digits":"2"}', 'c'),
    ];
    call.willReply({ calls }, 'Done.').says('go').runUntilQuiet();
    expect(call.requests[1]?.messages.slice(-3)).toMatchObject([
      { toolCallId: 'a' },
      { toolCallId: 'b' },
      { toolCallId: 'c' },
    ]);
    expect(call.effectsOf('request_tones').map(({ keys }) => keys)).toEqual(['1', '2']);
  });

  test('a repeated id is one call', () => {
    const call = new SimulatedCall({ actions: [keypad] }).start();
    const twice = tool('dtmf', '{"digits":"1"}');
    call
      .willReply({ calls: [twice, twice] }, 'Done.')
      .says('go')
      .runUntilQuiet();
    expect(call.effectsOf('request_tones')).toHaveLength(1);
  });

  test('after eight rounds the model is offered no tools; one that calls all the same leaves nobody in silence', () => {
    const call = new SimulatedCall({ actions: [keypad] }).start();
    for (let round = 0; round < 12; round += 1) call.willReply({ calls: [tool('nope', '{}', `c${round}`)] });
    call.says('go').runUntilQuiet();
    expect(call.requests).toHaveLength(9);
    expect(call.requests.map(({ tools }) => tools.length)).toEqual([...Array<number>(8).fill(1), 0]);
    expect(call.transcript.at(-1)).toBe('BOT: Sorry, please go on.');
    expect(call.finished).toBeNull();
  });

  describe('transfer', () => {
    test('every number is offered, and the one that the model means is dialled', () => {
      const other: ConversationAction = { ...handOver, id: 'a4', phoneNumber: '+15005550009' };
      const phrased: ConversationAction = {
        ...handOver,
        id: 'a5',
        trigger: { by: 'phrase', phrases: ['putting you through'] },
      };
      const call = new SimulatedCall({ actions: [handOver, hangUp, phrased, other, { ...other, id: 'a6' }] });
      call.willReply({ say: 'One moment please.', calls: [tool('transfer_call_2')] });
      call.start().says('sales').run(5_000);
      expect(call.requests[0]?.tools.map(({ name }) => name)).toEqual([
        'transfer_call_1',
        'end_conversation',
        'transfer_call_2',
      ]);
      expect(call.requests[0]?.tools[2]?.description).toContain('+15005550009');
      expect(call.effectsOf('transfer')).toMatchObject([{ actionId: 'a4', phoneNumber: '+15005550009' }]);
    });

    test('a single number needs no telling apart', () => {
      const call = new SimulatedCall({ actions: [handOver] }).start().says('sales');
      expect(call.requests[0]?.tools.map(({ name }) => name)).toEqual(['transfer_call']);
    });

    const calling = () => {
      const call = new SimulatedCall({ actions: [handOver] }).start();
      return call.willReply({ say: 'I will put you through now.', calls: [tool('transfer_call')] });
    };

    test('announced, heard, then done with the number of the agent’s own settings', () => {
      const call = calling().says('a person please').run(700);
      expect(call.effectsOf('check_transfer')).toEqual([
        { type: 'check_transfer', runId: expect.any(Number), phoneNumber: '+15005550006' },
      ]);
      expect(call.effectsOf('transfer')).toHaveLength(0);
      call.runUntilQuiet().run(100);
      expect(call.effectsOf('transfer')).toMatchObject([{ actionId: 'a3', phoneNumber: '+15005550006' }]);
      expect(call.effects.at(-1)?.effect).toEqual({ type: 'release', reason: 'transferred' });
      expect(call.carrier.heardText(call.nowMs)).toBe('I will put you through now.');
      expect(call.facts.at(-1)).toMatchObject({ type: 'action_finished', output: { success: true } });
    });

    test('a number that the guards refuse is never dialled, and the model is told why', () => {
      const call = calling().willReply('I am afraid I cannot.');
      call.refusals = { check: 'The country is not allowed.' };
      call.says('a person please').runUntilQuiet();
      expect(call.effectsOf('transfer')).toHaveLength(0);
      expect(call.requests[1]?.messages.at(-1)?.content).toContain('The country is not allowed.');
      expect(call.transcript.at(-1)).toBe('BOT: I am afraid I cannot.');
    });

    test('a refused commit leaves the call here', () => {
      const call = calling().willReply('I am afraid I cannot.');
      call.refusals = { commit: 'The call is over.' };
      call.says('a person please').runUntilQuiet();
      expect(call.effectsOf('release')).toHaveLength(0);
      expect(call.requests[1]?.messages.at(-1)?.content).toContain('The call is over.');
    });

    test('no answer counts as a refusal', () => {
      const call = calling();
      call.refusals = { check: 'silent' };
      call.says('a person please').run(12_000);
      expect(call.requests[1]?.messages.at(-1)?.content).toContain('No answer came in time');
    });

    test('an announcement that is interrupted stops the transfer', () => {
      const call = calling()
        .says('a person please')
        .runUntilHeard('I will put')
        .says('no wait')
        .runUntilQuiet();
      expect(call.effectsOf('transfer')).toHaveLength(0);
      expect(call.requests[1]?.messages.at(-1)).toEqual({ role: 'user', content: 'no wait' });
    });

    test('started by a phrase, refused: the model learns of it with the next turn', () => {
      const trigger = { by: 'phrase', phrases: ['putting you through'] } as const;
      const call = new SimulatedCall({ actions: [{ ...handOver, trigger }] }).start();
      call.refusals = { check: 'Not allowed.' };
      call.willReply('I am putting you through.').says('a person').runUntilQuiet().run(100);
      expect(call.requests).toHaveLength(1);
      call.says('well').runUntilQuiet();
      expect(JSON.stringify(call.requests[1]?.messages)).toContain('Not allowed.');
    });
  });

  test('keys of the caller are a turn of their own', () => {
    const call = new SimulatedCall().start();
    call.hear({ type: 'key_pressed', key: '1' }).run(300).hear({ type: 'key_pressed', key: '#' }).run(1_300);
    expect(call.requests[0]?.messages.at(-1)).toEqual({ role: 'user', content: '[pressed 1#]' });
    expect(call.transcript[0]).toBe('HUMAN: [pressed 1#]');
  });

  test('a key stops the agent', () => {
    const call = new SimulatedCall().willReply('Press one for sales, two for support.').start().says('hi');
    call.runUntilHeard('Press one').hear({ type: 'key_pressed', key: '1' });
    expect(call.effectsOf('clear_audio')).toHaveLength(1);
  });
});

describe('faults', () => {
  const heardApologyWithinMs = (call: SimulatedCall, fromMs: number) => {
    const apologyId = call.effectsOf('request_speech').find(({ text }) => text === apology)?.utteranceId;
    const sent = call.effects.find(
      ({ effect }) => effect.type === 'send_audio' && effect.utteranceId === apologyId,
    );
    return (sent?.atMs ?? NaN) - fromMs;
  };

  test('a request that fails before anything was said is repeated once', () => {
    const call = new SimulatedCall()
      .willReply({ fault: busy }, 'Sure, I can.')
      .start()
      .says('go')
      .runUntilQuiet();
    expect(call.requests).toHaveLength(2);
    expect(call.transcript).toEqual(['HUMAN: go', 'BOT: Sure, I can.']);
    expect(call.problems).toEqual(['MODEL.RATE_LIMITED']);
    expect(call.finished).toBeNull();
  });

  test('a second failure: an apology within 4 s, then the end, and the error is on the call', () => {
    const call = new SimulatedCall().willReply({ fault: busy }, { fault: busy }).start().says('go');
    const fromMs = call.nowMs;
    call.run(20_000);
    expect(heardApologyWithinMs(call, fromMs)).toBeLessThan(4_000);
    expect(call.transcript.at(-1)).toBe(`BOT: ${apology}`);
    expect(call.finished).toEqual({
      reason: 'provider_failed',
      errorMessage: 'MODEL.RATE_LIMITED: Too many requests.',
    });
  });

  test('a wrong key is not tried again', () => {
    const call = new SimulatedCall().willReply({ fault: locked }).start().says('go').run(20_000);
    expect(call.requests).toHaveLength(1);
    expect(call.finished?.errorMessage).toContain('MODEL.UNAUTHENTICATED');
  });

  test('a model that gives no sign of life is asked again, and given up in time', () => {
    const call = new SimulatedCall().willReply({ stalls: true }, { stalls: true }).start().says('go');
    const fromMs = call.nowMs;
    call.run(20_000);
    expect(call.problems).toEqual(['MODEL.TIMEOUT', 'MODEL.TIMEOUT']);
    expect(heardApologyWithinMs(call, fromMs)).toBeLessThan(4_000);
    expect(call.finished?.reason).toBe('provider_failed');
  });

  test('a model that stops in mid-reply: what it said is heard, then the apology', () => {
    const call = new SimulatedCall().willReply({ say: 'Well, let me think, it is', stalls: true }).start();
    call.says('go').run(20_000);
    expect(call.requests).toHaveLength(1);
    expect(call.transcript).toEqual(['HUMAN: go', 'BOT: Well, let me think,', `BOT: ${apology}`]);
    expect(call.problems).toEqual(['MODEL.STALLED']);
  });

  test('an empty reply is asked for again', () => {
    const call = new SimulatedCall().willReply({}, 'Here I am.').start().says('go').runUntilQuiet();
    expect(call.transcript.at(-1)).toBe('BOT: Here I am.');
    expect(call.problems).toEqual(['MODEL.EMPTY']);
  });

  test.each([
    ['fails', { fault: mute }],
    ['stalls', 'stalls'],
    ['is empty', 'empty'],
  ] as const)('speech that %s is asked for once more', (_, speech) => {
    const call = new SimulatedCall()
      .willSpeak(speech)
      .willReply('Sure, I can.')
      .start()
      .says('go')
      .runUntilQuiet();
    expect(call.transcript.at(-1)).toBe('BOT: Sure, I can.');
    expect(call.problems).toHaveLength(1);
    expect(call.finished).toBeNull();
  });

  test('speech that breaks off: an apology, and only what was heard is on record', () => {
    const call = new SimulatedCall()
      .willSpeak('breaks off')
      .willReply('The table is booked for eight.')
      .start();
    call.says('go').run(20_000);
    expect(call.problems).toEqual(['SYNTHESIZER.STALLED']);
    expect(call.transcript).toEqual([
      'HUMAN: go',
      expect.stringMatching(/^BOT: The table is( booked)?$/),
      `BOT: ${apology}`,
    ]);
    expect(call.finished?.reason).toBe('provider_failed');
  });

  test('a dead voice: nothing can be said, so the call ends', () => {
    const call = new SimulatedCall().willSpeak(...Array<{ fault: Fault }>(9).fill({ fault: mute })).start();
    call.willReply('Sure, I can.').says('go').run(5_000);
    expect(call.finished).toEqual({
      reason: 'provider_failed',
      errorMessage: 'SYNTHESIZER.UNAVAILABLE: The voice is down.',
    });
    expect(call.transcript).toEqual(['HUMAN: go']);
    expect(call.leftToCarrier).toBe(apology);
  });

  test.each([
    ['a quick model', { firstTokenMs: 200 }],
    ['a slow model', { firstTokenMs: 1_700 }],
    ['a model that is silent', { stalls: true }],
    ['a model that stalls in its first words', { say: 'Well', stalls: true, firstTokenMs: 1_700 }],
  ])('a mute voice and %s: within 4 s the last words are left to the carrier', (_, reply) => {
    const call = new SimulatedCall().willSpeak(...Array<'stalls'>(9).fill('stalls')).start();
    call.willReply({ say: 'Sure, I can.', ...reply }, { stalls: true }).says('go');
    const fromMs = call.nowMs;
    call.run(10_000);
    expect(call.timeOf('finish', fromMs) - fromMs).toBeLessThan(4_000);
    expect(call.leftToCarrier).toBe(apology);
    expect(call.finished?.reason).toBe('provider_failed');
  });

  test("a voice that is dead from the start: the carrier says so in the agent's language", () => {
    const call = new SimulatedCall({ language: 'de', initialMessage: 'Guten Tag.' });
    call.willSpeak('stalls', 'stalls').start().run(4_000);
    expect(call.leftToCarrier).toBe(languageFacts('de').sentences.apology);
  });

  test('a voice that refuses is not asked for an apology', () => {
    const fault = { code: 'SYNTHESIZER.UNAUTHENTICATED', message: 'Wrong key.', retryable: false };
    const call = new SimulatedCall({ initialMessage: 'Hello.' }).willSpeak({ fault }).start().run(200);
    expect(call.effectsOf('request_speech')).toHaveLength(1);
    expect(call.leftToCarrier).toBe(apology);
  });

  test('a voice that dies later: what the carrier has is heard to its end before the last words', () => {
    const call = new SimulatedCall().willSpeak('good', 'stalls', 'stalls').start();
    call.willReply('Of course I can do that. There is a table free at eight in the evening.');
    call.says('go').run(15_000);
    expect(call.effectsOf('clear_audio')).toHaveLength(0);
    expect(call.transcript).toEqual(['HUMAN: go', 'BOT: Of course I can do that.']);
    expect(call.leftToCarrier).toBe(apology);
  });

  test('an apology that the voice cannot say is left to the carrier at once', () => {
    const call = new SimulatedCall().willSpeak({ fault: mute }).willReply({ fault: locked }).start();
    call.says('go').run(1_000);
    expect(call.effectsOf('request_speech')).toHaveLength(1);
    expect(call.leftToCarrier).toBe(apology);
  });

  test('an apology that breaks off as well is left to the carrier, behind what it has of it', () => {
    const call = new SimulatedCall().willSpeak('breaks off', 'breaks off').start();
    call.willReply('The table is booked for eight.').says('go').run(20_000);
    expect(call.effectsOf('request_speech')).toHaveLength(2);
    expect(call.effectsOf('clear_audio')).toHaveLength(0);
    expect(call.leftToCarrier).toBe(apology);
    expect(call.finished?.reason).toBe('provider_failed');
  });

  test('an apology that was heard is not said again', () => {
    const call = new SimulatedCall().willReply({ fault: locked }).start().says('go').run(20_000);
    expect(call.finished?.reason).toBe('provider_failed');
    expect(call.leftToCarrier).toBeNull();
  });

  test('a slow second sentence is no dead voice, however late the first came', () => {
    const call = new SimulatedCall({}, { firstAudioMs: 900 }).start();
    call.willReply({ say: 'Of course, I can. And so it goes on for you.', firstTokenMs: 1_700 });
    call.says('go').runUntilQuiet();
    expect(call.finished).toBeNull();
    expect(call.problems).toEqual([]);
  });

  test('a lost transcriber is opened once more', () => {
    const call = new SimulatedCall().start().run(1_000).hear({ type: 'transcriber_failed', fault: deaf });
    expect(call.effectsOf('open_transcriber')).toHaveLength(2);
    call.says('still here').runUntilQuiet();
    expect(call.transcript).toEqual(['HUMAN: still here', 'BOT: Okay then.']);
  });

  test('lost again, it is given up with an apology', () => {
    const call = new SimulatedCall().start().hear({ type: 'transcriber_failed', fault: deaf }).run(500);
    call.hear({ type: 'transcriber_failed', fault: deaf }).run(15_000);
    expect(call.transcript).toEqual([`BOT: ${apology}`]);
    expect(call.finished?.errorMessage).toContain('TRANSCRIBER.UNAVAILABLE');
  });

  test('nothing interrupts the apology', () => {
    const call = new SimulatedCall()
      .willReply({ fault: locked })
      .start()
      .says('go')
      .run(500)
      .says('stop that')
      .run(15_000);
    expect(call.effectsOf('clear_audio')).toHaveLength(0);
    expect(call.transcript).toContain('HUMAN: stop that');
    expect(call.finished?.reason).toBe('provider_failed');
  });

  test('marks that never come back hold nothing up, and are on record', () => {
    const call = new SimulatedCall({ initialMessage: 'Hello, this is Ada.' });
    call.loseMarks = true;
    call.start().run(10_000);
    expect(call.transcript).toEqual(['BOT: Hello, this is Ada.']);
    expect(call.problems).toContain('CARRIER.MARK_LOST');
  });

  test('an apology in the language of the agent', () => {
    const call = new SimulatedCall({ language: 'de' })
      .willReply({ fault: locked })
      .start()
      .says('los')
      .run(15_000);
    expect(call.transcript.at(-1)).toContain('technische Schwierigkeiten');
  });
});

describe('silence', () => {
  test('ends the call after its time', () => {
    const call = new SimulatedCall({ initialMessage: 'Hello.' }).start().runUntilQuiet();
    call.run(29_900);
    expect(call.finished).toBeNull();
    call.run(200);
    expect(call.finished?.reason).toBe('idle');
  });

  test('begins anew with every word, and does not count while the agent speaks', () => {
    const call = new SimulatedCall({ idleMs: 5_000 }, { msPerChar: 200 }).start().run(4_000);
    call.willReply('A very long answer that takes its time to be said.').says('hi').runUntilQuiet();
    expect(call.finished).toBeNull();
    call.run(4_900);
    expect(call.finished).toBeNull();
    expect(call.run(200).finished?.reason).toBe('idle');
  });

  test('is asked about once, if that is wanted, and the question does not put off the end', () => {
    const call = new SimulatedCall({ askIfPresentOnIdle: true }).start().run(29_900);
    expect(call.transcript).toEqual(['BOT: Are you still there?']);
    expect(call.run(200).finished?.reason).toBe('idle');
  });

  test('an answer to that question goes on with the call', () => {
    const call = new SimulatedCall({ askIfPresentOnIdle: true }).start().run(15_500);
    call.says('yes').runUntilQuiet().run(14_000);
    expect(call.transcript.slice(-2)).toEqual(['HUMAN: yes', 'BOT: Okay then.']);
    expect(call.finished).toBeNull();
    expect(call.run(3_000).transcript.at(-1)).toBe('BOT: Are you still there?');
  });
});
