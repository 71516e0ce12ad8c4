import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Narrator } from './narrator.mjs';
import { WrittenWords } from './written-words.mjs';

const t0 = 1_700_000_000_000;
const callSid = 'CA1';

/** A narrator, what it printed, and short ways to tell it something `ms` after the call began. */
function narrated() {
  const printed = [];
  const narrator = new Narrator((text) => printed.push(text));
  const tell = (journal, ms, kind, fields = {}) =>
    narrator.tell({ journal, kind, atMs: t0 + ms, callSid, caller: 'Ada', ...fields });
  const hear = (ms, text) =>
    text.split(' ').forEach((word, index) =>
      tell('caller', ms + index * 300 + 280, 'heard_word', {
        word,
        startAtMs: t0 + ms + index * 300,
      }),
    );
  const webhook = (ms, sequence, type, payload = {}) =>
    tell('receiver', ms, 'webhook', { callSid: undefined, body: { type, sequence, payload }, attempt: 1 });
  tell('carrier', 0, 'call_created', { direction: 'outbound-api', from: '+1', to: '+2' });
  return { printed, narrator, tell, hear, webhook };
}

test('rows come in the order of their times, though words are known later than what happens meanwhile', () => {
  const { printed, narrator, tell, hear, webhook } = narrated();
  tell('caller', 1_000, 'heard_onset', { onsetAtMs: t0 + 1_000 });
  webhook(1_100, 1, 'event_phone_call_connected');
  narrator.settle(t0 + 1_500);
  hear(1_000, 'hello there');
  narrator.settle(t0 + 1_900);
  tell('caller', 2_000, 'heard_silence');
  tell('caller', 2_600, 'saying', { text: 'Who is it?', startAtMs: t0 + 2_500, bargeIn: false });
  webhook(2_550, 12, 'event_message', { sender: 'bot', text: 'Hello there.' });
  assert.deepEqual(printed, ['   0.0  carrier  dialling +2'], 'nothing overtakes the sentence');
  narrator.settle(t0 + 3_000);
  assert.deepEqual(printed.slice(1), [
    '   1.0  agent    hello there',
    '   1.1  webhook   #1 event_phone_call_connected',
    '   2.5  Ada      Who is it?',
    '   2.5  webhook  #12 event_message  bot: Hello there.',
  ]);
});

test('a sentence without an end does not hold the others back for ever', () => {
  const { printed, narrator, tell, webhook } = narrated();
  tell('caller', 1_000, 'heard_onset', { onsetAtMs: t0 + 1_000 });
  webhook(2_000, 1, 'event_phone_call_connected');
  narrator.settle(t0 + 10_000);
  assert.equal(printed.length, 1);
  narrator.settle(t0 + 17_000);
  assert.equal(printed.length, 2);
});

test('what is cut ends in a dash', () => {
  const { printed, narrator, tell, hear } = narrated();
  tell('voice', 900, 'request', { text: 'I am calling from Riverside, the restaurant.' });
  hear(1_000, 'i am calling from riverside');
  tell('caller', 2_600, 'interrupted', { afterWords: 5 });
  narrator.end();
  assert.equal(printed.at(-1), '   1.0  agent    I am calling from Riverside —');
});

test('words of other calls are not told as the agent’s', () => {
  const { printed, narrator, tell } = narrated();
  tell('caller', 1_000, 'heard_word', { callSid: 'CA2', word: 'other', startAtMs: t0 + 700 });
  narrator.end();
  assert.equal(printed.length, 1);
});

test('words are written as the text that was spoken has them, sentence by sentence', () => {
  const written = new WrittenWords();
  written.add('Hello, this is Parley. Do you have a minute?');
  written.add('I am the assistant – calling for the restaurant');
  written.add('I will enter it now.');
  assert.equal(written.spell(['hello', 'this', 'is', 'parley']), 'Hello, this is Parley.');
  assert.equal(written.spell(['do', 'you', 'have', 'a', 'minute']), 'Do you have a minute?');
  assert.equal(
    written.spell(['i', 'will', 'enter', 'it', 'now']),
    'I will enter it now.',
    'what was cut is passed over',
  );
});

test('words that no text has stay as they were heard', () => {
  const written = new WrittenWords();
  written.add('Hello, this is Parley.');
  assert.equal(written.spell(['hello', '(?)', 'is']), 'hello (?) is');
  assert.equal(written.spell(['hello']), 'Hello,');
});
