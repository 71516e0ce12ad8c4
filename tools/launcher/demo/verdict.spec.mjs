import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedOfTheCall, journalsOfACall } from '../testing/journals-of-a-call.mjs';
import { figures, judge } from './verdict.mjs';

const failed = (journals, expected = expectedOfTheCall) =>
  judge(journals, expected)
    .filter(({ ok }) => !ok)
    .map(({ name }) => name);

/** The journals after one thing went wrong. */
function broken(change) {
  const journals = journalsOfACall();
  change(journals);
  return journals;
}
const remove = (lines, matches) => {
  const at = lines.findIndex(matches);
  assert.notEqual(at, -1, 'nothing to remove');
  return lines.splice(at, 1)[0];
};
const find = (lines, matches) => lines.find(matches) ?? assert.fail('nothing to change');
const is =
  (kind, fields = {}) =>
  (line) =>
    line.kind === kind && Object.entries(fields).every(([name, value]) => line[name] === value);
const isEvent =
  (type) =>
  ({ body }) =>
    body.type === type;
const messages = ({ receiver }) => receiver.filter(isEvent('event_message')).map(({ body }) => body.payload);

test('a good call passes every check', () => {
  const checks = judge(journalsOfACall(), expectedOfTheCall);
  assert.deepEqual(
    checks.filter(({ ok }) => !ok),
    [],
  );
  assert.ok(checks.length > 10);
});

test('empty journals pass nothing that counts', () => {
  assert.ok(failed({ carrier: [], caller: [], receiver: [] }).length > 10);
});

test('the figures come from the journals of carrier and caller', () => {
  assert.deepEqual(figures(journalsOfACall()), {
    durationMs: 10_000,
    turns: 2,
    p50Ms: 600,
    maxMs: 700,
    recording: '/tmp/call.wav',
  });
});

const agentHeard = 'the caller heard what the events say the agent said';
const claim = (journals, index, text) => (messages(journals)[index].text = text);
const cases = [
  [
    'a word too many elsewhere than at the cut',
    agentHeard,
    (journals) => {
      claim(journals, 2, 'I am calling from the');
      claim(journals, -1 + messages(journals).length, 'Here are the keys. Thanks.');
    },
  ],
  [
    'a call that was never answered',
    'the carrier saw the call answered and completed',
    ({ carrier }) => remove(carrier, is('call_status', { status: 'in-progress' })),
  ],
  [
    'a call that failed',
    'the carrier saw the call answered and completed',
    ({ carrier }) => (find(carrier, is('call_ended')).status = 'failed'),
  ],
  [
    'a call that the wrong side ended',
    'the call was ended by whom the script says',
    ({ carrier }) => (find(carrier, is('call_ended')).endedBy = 'person'),
  ],
  [
    'a lost socket',
    'the media socket kept to the protocol',
    ({ carrier }) => (find(carrier, is('stream_stopped')).by = 'socket_lost'),
  ],
  [
    'a frame that breaks the protocol',
    'the media socket kept to the protocol',
    ({ carrier }) => carrier.push({ kind: 'frame_refused', callSid: 'CA1', error: 31951 }),
  ],
  [
    'a lost mark',
    'every mark came back',
    ({ carrier }) => remove(carrier, is('mark_returned', { name: 'm1' })),
  ],
  [
    'no marks at all',
    'every mark came back',
    (journals) => (journals.carrier = journals.carrier.filter(({ kind }) => !kind.startsWith('mark_'))),
  ],
  [
    'a lost callback',
    'every callback was delivered',
    ({ carrier }) =>
      (find(carrier, is('status_callback', { event: 'ringing' })).kind = 'status_callback_lost'),
  ],
  [
    'a callback that the product refused',
    'every callback was delivered',
    ({ carrier }) => (find(carrier, is('status_callback', { event: 'ringing' })).status = 500),
  ],
  [
    'no callback of the end',
    'every callback was delivered',
    ({ carrier }) => remove(carrier, is('status_callback', { event: 'completed' })),
  ],
  [
    'a caller who lost patience',
    'the caller got through the script',
    ({ caller }) => caller.push({ kind: 'wait_expired', callSid: 'CA1', waitFor: 'agent_finished' }),
  ],
  [
    'a script that did not end',
    'the caller got through the script',
    ({ caller }) => remove(caller, is('script_done')),
  ],
  [
    'mute speech',
    agentHeard,
    (journals) => (journals.caller = journals.caller.filter(({ kind }) => kind !== 'heard_word')),
  ],
  ['a lost word', agentHeard, ({ caller }) => remove(caller, is('heard_word', { word: 'this' }))],
  [
    'a doubled word',
    agentHeard,
    ({ caller }) =>
      caller.splice(
        caller.findIndex(is('heard_word', { word: 'is' })),
        0,
        find(caller, is('heard_word', { word: 'is' })),
      ),
  ],
  [
    'words in another order',
    agentHeard,
    ({ caller }) => {
      find(caller, is('heard_word', { word: 'keys' })).word = 'the';
      find(caller, is('heard_word', { word: 'are' })).word = 'keys';
    },
  ],
  [
    'swapped frames',
    agentHeard,
    ({ caller }) => {
      const word = find(caller, is('heard_word', { word: 'parley' }));
      word.kind = 'heard_damaged';
    },
  ],
  [
    'a message that claims a word too many though nobody broke in',
    agentHeard,
    (journals) => (messages(journals).at(-1).text += ' Thanks.'),
  ],
  [
    'a message that claims two words behind the cut',
    agentHeard,
    (journals) => (messages(journals)[2].text = 'I am calling from the restaurant Riverside'),
  ],
  [
    'a message of the agent that nobody told',
    agentHeard,
    (journals) => (messages(journals).at(-1).sender = 'human'),
  ],
  [
    'a caller misunderstood',
    'the events say what the caller said',
    (journals) => (messages(journals)[1].text = 'Who is it?'),
  ],
  [
    'a caller not heard',
    'the events say what the caller said',
    ({ receiver }) => (messages({ receiver })[1].text = ''),
  ],
  [
    'words from behind a cut',
    'the caller heard what the script expects',
    ({ caller }) => (find(caller, is('heard_word', { word: 'the' })).word = 'riverside'),
  ],
  [
    'an interruption that stopped nothing',
    'interruptions stopped the agent',
    ({ carrier }) => remove(carrier, is('clear')),
  ],
  [
    'an action that never began',
    'the actions were started and finished',
    ({ receiver }) => (find(receiver, isEvent('event_action')).body.payload.action_output = { ok: true }),
  ],
  [
    'an action that never finished',
    'the actions were started and finished',
    ({ receiver }) => receiver.splice(receiver.findLastIndex(isEvent('event_action')), 1),
  ],
  [
    'wrong keys',
    'the keys arrived on the line',
    ({ carrier }) => (find(carrier, is('digits_heard')).digit = '5'),
  ],
  [
    'no keys',
    'the keys arrived on the line',
    (journals) => (journals.carrier = journals.carrier.filter(({ kind }) => kind !== 'digits_heard')),
  ],
  [
    'a transfer nobody asked for',
    'the transfer was dialled and put through',
    ({ carrier }) => carrier.push({ kind: 'leg_dialled', callSid: 'CA1', to: '+3' }),
  ],
  [
    'a lost webhook',
    'the events are numbered without a gap, in order',
    ({ receiver }) => remove(receiver, isEvent('event_message')),
  ],
  [
    'webhooks in another order',
    'the events are numbered without a gap, in order',
    ({ receiver }) => receiver.unshift(receiver.splice(2, 1)[0]),
  ],
  [
    'no connected event',
    'each kind of event arrived',
    ({ receiver }) => remove(receiver, isEvent('event_phone_call_connected')),
  ],
  [
    'no transcript',
    'each kind of event arrived',
    ({ receiver }) => remove(receiver, isEvent('event_transcript')),
  ],
  [
    'two ends',
    'each kind of event arrived',
    ({ receiver }) => receiver.push({ kind: 'webhook', body: { ...receiver.at(-2).body, sequence: 99 } }),
  ],
  [
    'events of another call',
    'each kind of event arrived',
    ({ receiver }) => (receiver[3].body.call_id = 'call-2'),
  ],
  [
    'a slow answer',
    'the agent answered in time',
    ({ caller }) => (find(caller, is('turn')).voiceToVoiceMs = 3_001),
  ],
  ['a missing answer', 'the agent answered in time', ({ caller }) => remove(caller, is('turn'))],
  ['no recording', 'the call was recorded', ({ carrier }) => remove(carrier, is('recording_written'))],
];

for (const [what, check, change] of cases) {
  test(`${what} fails`, () =>
    assert.ok(failed(broken(change)).includes(check), failed(broken(change)).join('; ')));
}

test('a repeated delivery of the same event is no fault', () => {
  assert.deepEqual(failed(broken(({ receiver }) => receiver.push({ ...receiver[2], attempt: 2 }))), []);
});

test('a callback that arrived at the second attempt is no fault', () => {
  const twice = ({ carrier }) =>
    carrier.push({ ...find(carrier, is('status_callback', { event: 'ringing' })), status: 500 });
  assert.deepEqual(failed(broken(twice)), []);
});

test('the cut message may be one word off what was heard, in either direction', () => {
  for (const text of ['I am calling from', 'I am calling from the', 'I am calling from the restaurant']) {
    assert.deepEqual(failed(broken((journals) => (messages(journals)[2].text = text))), [], text);
  }
});

test('a transfer that was asked for must be dialled and put through', () => {
  const expected = { ...expectedOfTheCall, transferTo: '+3' };
  const dialled = { kind: 'leg_dialled', callSid: 'CA1', to: '+3' };
  const ended = { kind: 'leg_ended', callSid: 'CA1', bridged: true };
  const name = 'the transfer was dialled and put through';
  assert.deepEqual(
    failed(
      broken(({ carrier }) => carrier.push(dialled, ended)),
      expected,
    ),
    [],
  );
  for (const lines of [[], [dialled], [{ ...dialled, to: '+4' }, ended]]) {
    assert.deepEqual(
      failed(
        broken(({ carrier }) => carrier.push(...lines)),
        expected,
      ),
      [name],
    );
  }
});

test('what people on a transferred call say to each other is not the agent', () => {
  const later = ({ caller }) => {
    const startAtMs = find(caller, is('said')).startAtMs + 20_000;
    caller.push({ kind: 'heard_word', callSid: 'CA1', word: 'manager', startAtMs, endAtMs: startAtMs });
    caller.push({ kind: 'said', callSid: 'CA1', text: 'hi', startAtMs, words: [{ word: 'hi' }] });
  };
  assert.deepEqual(failed(broken(later)), []);
});

test('with voices without word codes, sound is enough', () => {
  const energy = (journals) => {
    journals.caller = journals.caller.filter(({ kind }) => kind !== 'heard_word');
    journals.caller.push({ kind: 'heard_onset', callSid: 'CA1' });
  };
  assert.deepEqual(failed(broken(energy), { ...expectedOfTheCall, codedVoices: false }), []);
});
