/**
 * Hand-made journals of a good outbound call, for specs to break: a greeting, an answer that the caller cuts after
 * "calling from", keys, and a goodbye. `break` functions get {carrier, caller, receiver} and change them in place.
 */
export function journalsOfACall() {
  const at = (ms) => 1_700_000_000_000 + ms;
  const CA = 'CA1';
  const MZ = 'MZ1';
  const carrier = [];
  const caller = [];
  const receiver = [];
  const write = (journal, ms, kind, fields) =>
    journal.push({ seq: journal.length + 1, atMs: at(ms), kind, ...fields });
  const ofCarrier = (ms, kind, fields) => write(carrier, ms, kind, { callSid: CA, ...fields });
  const ofCaller = (ms, kind, fields) => write(caller, ms, kind, { callSid: CA, caller: 'Ada', ...fields });

  const heard = (ms, text) =>
    text.split(' ').forEach((word, index) => {
      const startAtMs = at(ms + index * 300);
      ofCaller(ms + index * 300 + 250, 'heard_word', { word, startAtMs, endAtMs: startAtMs + 250 });
    });
  const said = (ms, text, bargeIn = false) => {
    const words = text
      .split(' ')
      .map((word, index) => ({ word, startAtMs: at(ms + index * 300), endAtMs: at(ms + index * 300 + 250) }));
    ofCaller(ms + 900, 'said', { text, startAtMs: at(ms), endAtMs: words.at(-1).endAtMs, words, bargeIn });
  };
  const turn = (ms, number, voiceToVoiceMs) =>
    ofCaller(ms, 'turn', {
      turn: number,
      lastWordEndAtMs: at(ms - voiceToVoiceMs),
      answerAtMs: at(ms),
      voiceToVoiceMs,
      bargeIn: false,
    });
  let sequence = 0;
  const event = (ms, type, payload) => {
    sequence += 1;
    write(receiver, ms, 'webhook', {
      method: 'POST',
      body: { type, call_id: 'call-1', payload, sequence },
      attempt: 1,
      status: 200,
    });
  };
  const message = (ms, sender, text) => event(ms, 'event_message', { sender, text });
  const mark = (ms, name, cleared = false) => {
    ofCarrier(ms, 'mark_received', { streamSid: MZ, name });
    ofCarrier(ms + 500, 'mark_returned', { streamSid: MZ, name, cleared });
  };

  ofCarrier(0, 'call_created', { direction: 'outbound-api', from: '+1', to: '+2', parentCallSid: null });
  ['initiated', 'ringing', 'in-progress'].forEach((status, index) => {
    ofCarrier(index * 10, 'call_status', { status });
    ofCarrier(index * 10, 'status_callback', {
      event: status,
      sequenceNumber: index,
      attempt: 1,
      status: 204,
    });
  });
  ofCarrier(100, 'stream_started', { streamSid: MZ });
  event(150, 'event_phone_call_connected', {});
  heard(1_000, 'hello this is parley');
  mark(1_100, 'm1');
  message(2_400, 'bot', 'Hello, this is Parley.');
  said(3_000, 'who is this');
  message(4_000, 'human', 'Who is this?');
  turn(4_500, 1, 600);
  heard(4_500, 'i am calling from the');
  ofCaller(5_800, 'interrupted', { afterWords: 4 });
  said(5_800, 'stop wait', true);
  ofCaller(6_050, 'heard_damaged', { startAtMs: at(6_000), endAtMs: at(6_040) });
  mark(5_000, 'm2', true);
  ofCarrier(6_040, 'clear', { streamSid: MZ, droppedMs: 900 });
  message(6_100, 'bot', 'I am calling from');
  message(6_700, 'human', 'Stop, wait!');
  turn(7_200, 2, 700);
  heard(7_200, 'here are the keys');
  event(8_000, 'event_action', { action_type: 'action_dtmf', action_input: { digits: '42' } });
  ofCarrier(8_700, 'digits_heard', { digit: '4' });
  ofCarrier(8_900, 'digits_heard', { digit: '2' });
  event(9_000, 'event_action', {
    action_type: 'action_dtmf',
    action_input: { digits: '42' },
    action_output: { ok: true },
  });
  message(9_100, 'bot', 'Here are the keys.');
  mark(9_100, 'm3');
  ofCaller(9_900, 'script_done', {});
  ofCarrier(10_000, 'stream_stopped', { streamSid: MZ, by: 'carrier' });
  ofCarrier(10_000, 'call_ended', { status: 'completed', durationMs: 10_000, endedBy: 'api' });
  ofCarrier(10_000, 'status_callback', { event: 'completed', sequenceNumber: 3, attempt: 1, status: 204 });
  ofCarrier(10_050, 'recording_written', { file: '/tmp/call.wav', durationMs: 10_000 });
  event(10_100, 'event_phone_call_ended', {});
  event(10_200, 'event_transcript', {});
  return { carrier, caller, receiver };
}

export const expectedOfTheCall = {
  ...{ direction: 'outbound', turns: 2, bargeIns: 1, hears: ['this is parley'], hearsNot: ['riverside'] },
  ...{ keys: '42', actions: ['action_dtmf'], endedBy: 'agent' },
};
