import { createHash } from 'node:crypto';
import { MaskedWords } from './masked-words';
import { newConversation } from './state';
import { step } from './step';
import { SimulatedCall } from './testing';

const digest = (word: string) => createHash('sha256').update(`secret ${word}`).digest();
const masked = new MaskedWords('en', digest);

test('every word is another one, of its length, capitals and place', () => {
  const text = masked.text('My name is José Pérez, number 4471!');
  expect(text).toMatch(/^[A-Z][a-z] [a-z]{4} [a-z]{2} [A-Z][a-z]{3} [A-Z][a-z]{4}, [a-z]{6} \d{4}!$/);
  expect(text).not.toMatch(/name|José|Pérez|number|4471/);
});

test('the same word is the same again, whoever says it', () => {
  const [first, second] = [masked.text('a table for Smith'), masked.text('table')];
  expect(first.split(' ')[1]).toBe(second);
  expect(masked.text('chair')).not.toBe(second);
});

test('another secret gives other words', () => {
  const other = new MaskedWords('en', (word) => createHash('sha256').update(`other ${word}`).digest());
  expect(other.text('reservation')).not.toBe(masked.text('reservation'));
});

test('what the conversation goes by stays', () => {
  expect(masked.text('Um, no, stop! Okay.')).toBe('Um, no, stop! Okay.');
  expect(new MaskedWords('de', digest).text('nein, warten Sie')).toBe('nein, warten Sie');
});

test('scripts without spaces keep their script', () => {
  expect(masked.text('予約をお願い')).toMatch(
    /^[\u3400-\u9fff]{2}[\u3040-\u30ff][\u3040-\u30ff][\u3400-\u9fff][\u3040-\u30ff]$/,
  );
});

test('nothing of an action stays but its tool, not even under names that are ours elsewhere', () => {
  const call = { id: 'call_1', name: 'book', arguments: '{"name":"Smith","seats":4,"reason":"birthday"}' };
  const event = masked.event({ type: 'reply_tool_call', replyId: 3, call });
  expect(event).toMatchObject({ type: 'reply_tool_call', replyId: 3, call: { id: 'call_1', name: 'book' } });
  expect(JSON.stringify(event)).not.toMatch(/Smith|birthday/);
  const answer = { success: true, result: { message: 'Smith at noon' }, agentMessage: 'Done, Mr Smith.' };
  expect(JSON.stringify(masked.event({ type: 'action_answered', runId: 1, answer }))).not.toMatch(
    /Smith|noon/,
  );
});

test('settings keep what decides and lose what was written', () => {
  const settings = { ...new SimulatedCall().settings, prompt: 'You are Ada.', initialMessage: 'Hello Smith' };
  const without = masked.settings(settings);
  expect(without).toMatchObject({ language: 'en', timing: settings.timing });
  expect(JSON.stringify(without)).not.toMatch(/Ada|Smith/);
});

test('a call with its words masked takes the same turns', () => {
  const call = new SimulatedCall({ initialMessage: 'Hello, this is Ada from the restaurant.' });
  call.willReply(
    'Of course. For how many people would that be?',
    'All right, a table for four. Anything else?',
  );
  call.start().runUntilQuiet().says('a table please').runUntilHeard('For how').says('mm hm').run(300);
  call.says('wait, for four').runUntilQuiet().run(20_000);

  let state = newConversation(masked.settings(call.settings));
  const effects = call.events.flatMap(({ atMs, event }) => {
    const [next, wanted] = step(state, masked.event(event), atMs);
    state = next;
    return wanted;
  });
  expect(effects.map(({ type }) => type)).toEqual(call.effects.map(({ effect }) => effect.type));
  expect(JSON.stringify(effects)).not.toMatch(/Ada|restaurant|table|four|people/);
});
