import { fillerPhrases } from './filler-phrases';
import type { ConversationSettings } from '../settings';
import { SimulatedCall } from '../testing';

const { short, still } = fillerPhrases('en');
const slow = { say: 'Eight is free.', firstTokenMs: 1_700 };

function waiting(settings: Partial<ConversationSettings> = {}): SimulatedCall {
  return new SimulatedCall({ fillerAfterMs: 1_000, ...settings }, { firstAudioMs: 50 }).start();
}

const fillersIn = (call: SimulatedCall) =>
  call.effectsOf('request_speech').filter(({ text }) => [...short, ...still].includes(text));

test('a silence after a turn is bridged, and the reply follows behind', () => {
  const call = waiting().willReply(slow).says('a table for two');
  const endMs = call.nowMs;
  call.runUntilQuiet();
  expect(call.timeOf('request_speech')).toBe(endMs + 1_000);
  expect(call.timeOf('send_audio') - endMs).toBeLessThanOrEqual(1_200);
  expect(fillersIn(call)).toHaveLength(1);
  expect(call.transcript.at(-1)).toBe('BOT: Eight is free.');
  expect(short.map((text) => `BOT: ${text}`)).toContain(call.transcript.at(-2));
});

test('the model is not told of it', () => {
  const call = waiting()
    .willReply(slow)
    .says('a table for two')
    .runUntilQuiet()
    .says('thank you')
    .runUntilQuiet();
  expect(call.requests[1]?.messages.map(({ content }) => content)).toEqual([
    'You are a helpful agent.',
    'a table for two',
    'Eight is free.',
    'thank you',
  ]);
});

test('a turn that is answered in time has none', () => {
  const call = waiting().willReply({ say: 'Sure.', firstTokenMs: 600 }).says('a table').runUntilQuiet();
  expect(fillersIn(call)).toEqual([]);
});

test('an answer that is being spoken has a moment longer, and never more than that', () => {
  const call = new SimulatedCall({ fillerAfterMs: 1_000 }, { firstAudioMs: 200 }).start();
  call.willReply({ say: 'Sure.', firstTokenMs: 940 }).says('a table').runUntilQuiet();
  expect(fillersIn(call)).toEqual([]);

  const late = new SimulatedCall({ fillerAfterMs: 1_000 }, { firstAudioMs: 400 }).start();
  late.willReply({ say: 'Sure.', firstTokenMs: 940 }).says('a table');
  const endMs = late.nowMs;
  late.runUntilQuiet();
  expect(fillersIn(late)).toHaveLength(1);
  expect(late.timeOf('request_speech', endMs + 1_000)).toBe(endMs + 1_170);
});

test('none is twice the same in a row', () => {
  const call = waiting().willReply(slow, slow, slow, slow, slow, slow, slow);
  for (let turn = 0; turn < 7; turn += 1) call.says('and then').runUntilQuiet();
  const texts = fillersIn(call).map(({ text }) => text);
  expect(texts).toHaveLength(7);
  texts.forEach((text, index) => expect(text).not.toBe(texts[index - 1]));
});

test.each([
  ['where silence is an answer', { maySayNothing: true }],
  ['where none is wanted', { fillerAfterMs: null }],
])('there is none %s', (_, settings) => {
  const call = waiting(settings).willReply(slow).says('a table').runUntilQuiet();
  expect(fillersIn(call)).toEqual([]);
});

test('a caller who goes on is not talked over', () => {
  const call = waiting().willReply(slow, 'For four, then.').says('a table for two');
  call.run(900).hear({ type: 'interim', text: 'no for four' }).run(700);
  expect(fillersIn(call)).toEqual([]);
  call.hear({ type: 'final', text: 'no for four', endOfTurn: true, endMs: 0 }).runUntilQuiet();
  expect(call.transcript.at(-1)).toBe('BOT: For four, then.');
});

test('a caller who goes on over the filler has both parts answered in one', () => {
  const call = waiting().willReply(slow, 'For four, then.').says('a table for two').run(1_200);
  call.says('please for four people').runUntilQuiet();
  expect(call.requests.at(-1)?.messages.at(-1)?.content).toBe('a table for two please for four people');
  expect(call.transcript.at(-1)).toBe('BOT: For four, then.');
});

test('speech that comes while the filler is still being made is heard in its place', () => {
  const call = new SimulatedCall({ fillerAfterMs: 1_000 }, { firstAudioMs: 300 }).start();
  call.willReply({ say: 'Eight is free.', firstTokenMs: 920, tokenMs: 5 }).says('a table').runUntilQuiet();
  expect(fillersIn(call)).toHaveLength(1);
  expect(call.transcript).toEqual(['HUMAN: a table', 'BOT: Eight is free.']);
});

test('a filler that cannot be spoken changes nothing', () => {
  const fault = { code: 'SYNTHESIZER.UNAVAILABLE', message: 'Away.', retryable: true };
  const call = waiting().willReply(slow).willSpeak({ fault }).says('a table').runUntilQuiet();
  expect(call.transcript).toEqual(['HUMAN: a table', 'BOT: Eight is free.']);
  expect(call.problems).toEqual(['SYNTHESIZER.UNAVAILABLE']);
});

test('a filler that breaks off is on record as far as it was heard', () => {
  const call = waiting().willReply(slow).willSpeak('breaks off').says('a table').run(15_000);
  const [filler] = fillersIn(call);
  const told = call.transcript.find(
    (line) => line.startsWith('BOT: ') && filler?.text.startsWith(line.slice(5)),
  );
  expect(told).toBeDefined();
  expect(told?.length).toBeLessThan(`BOT: ${filler?.text ?? ''}`.length);
  expect(call.transcript.at(-1)).toBe('BOT: Eight is free.');
});

test('no word of a filler starts an action that waits for a phrase', () => {
  const trigger = { by: 'phrase', phrases: [...short, ...still] } as const;
  const call = waiting({ actions: [{ type: 'action_end_conversation', id: 'a1', trigger }] });
  call.willReply(slow).says('a table').runUntilQuiet();
  expect(fillersIn(call)).toHaveLength(1);
  expect(call.finished).toBeNull();
});

test('a fault of the model is apologised for within four seconds all the same', () => {
  const call = waiting().willReply({ stalls: true }, { stalls: true }).says('a table');
  const endMs = call.nowMs;
  call.run(4_000);
  const said = call.effects
    .filter(({ effect }) => effect.type === 'request_speech')
    .map(({ effect, atMs }) => ({ atMs, effect }));
  const apology = said.find(
    ({ effect }) => effect.type === 'request_speech' && effect.text.includes('technical'),
  );
  expect((apology?.atMs ?? Infinity) - endMs).toBeLessThan(4_000);
});

test.each(['en', 'es', 'de', 'fr', 'pt', 'it', 'nl', 'hi', 'id', 'ja', 'ko'])(
  '%s has phrases of its own',
  (language) => {
    const phrases = fillerPhrases(language);
    expect(new Set(phrases.short).size).toBeGreaterThanOrEqual(5);
    expect(phrases.still.length).toBeGreaterThanOrEqual(2);
    if (language !== 'en') expect(phrases).not.toEqual(fillerPhrases('en'));
  },
);
