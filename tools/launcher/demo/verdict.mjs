import { compareWithMessages, wordsOf } from './words.mjs';

/**
 * Judges one call by what carrier, caller and receiver wrote down, and by nothing that the product says of itself
 * elsewhere. `journals`: {carrier, caller, receiver}, the lines of this call and of nothing else.
 * `expected`: {direction, turns, bargeIns, hears, hearsNot, keys, actions, transferTo, endedBy, latencyBoundMs, codedVoices}.
 * Returns a list of {name, ok, why}.
 */
export function judge(journals, expected) {
  const call = readCall(journals);
  return checks.map(([name, check]) => {
    let why;
    try {
      why = check(call, { ...defaults, ...expected });
    } catch (error) {
      why = `the journals cannot be read: ${error.message}`;
    }
    return { name, ok: why === undefined, why };
  });
}

const defaults = {
  ...{ turns: 1, bargeIns: 0, hears: [], hearsNot: [], keys: '', actions: [], latencyBoundMs: 3_000 },
  codedVoices: true,
};

/** What the checks ask for, taken from the three journals. */
function readCall({ carrier, caller, receiver }) {
  const created = carrier.find((line) => line.kind === 'call_created' && line.parentCallSid === null);
  const callSid = created?.callSid;
  const of = (lines, kind) => lines.filter((line) => line.kind === kind && line.callSid === callSid);
  const deliveries = receiver.filter((line) => line.kind === 'webhook');
  const streams = of(carrier, 'stream_started').map((start) => ({
    startAtMs: start.atMs,
    endAtMs:
      of(carrier, 'stream_stopped').find((stop) => stop.streamSid === start.streamSid)?.atMs ?? Infinity,
  }));
  // Besides the agent a caller may hear the person a call was put through to: that is not the agent's speech.
  const isWithAgent = (atMs) =>
    streams.some(({ startAtMs, endAtMs }) => atMs >= startAtMs && atMs <= endAtMs + 200);
  return {
    ...{ carrier, caller, callSid, created, deliveries },
    ofCarrier: (kind) => of(carrier, kind),
    ofCaller: (kind) => of(caller, kind),
    heard: of(caller, 'heard_word').filter((line) => isWithAgent(line.startAtMs)),
    damaged: of(caller, 'heard_damaged').filter((line) => isWithAgent(line.startAtMs)),
    said: of(caller, 'said').filter((line) => isWithAgent(line.startAtMs)),
    turns: of(caller, 'turn').filter((line) => isWithAgent(line.answerAtMs)),
    events: firstArrivals(deliveries),
  };
}

/** Each event once, in the order of its first arrival. */
function firstArrivals(deliveries) {
  const seen = new Set();
  const events = [];
  for (const { body } of deliveries) {
    const id = `${body.call_id} ${body.sequence} ${body.type}`;
    if (!seen.has(id)) events.push(body);
    seen.add(id);
  }
  return events;
}

const messagesOf = (events, sender) =>
  events
    .filter(({ type, payload }) => type === 'event_message' && payload.sender === sender)
    .toSorted((a, b) => a.sequence - b.sequence)
    .map(({ payload }) => payload.text);

const list = (values) =>
  values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(', ');

const checks = [
  ['the carrier saw the call answered and completed', answeredAndCompleted],
  ['the call was ended by whom the script says', endedByExpected],
  ['the media socket kept to the protocol', protocolKept],
  ['every mark came back', marksReturned],
  ['every callback was delivered', callbacksDelivered],
  ['the caller got through the script', scriptDone],
  ['the caller heard what the events say the agent said', agentHeard],
  ['the events say what the caller said', callerUnderstood],
  ['the caller heard what the script expects', expectedHeard],
  ['interruptions stopped the agent', interruptionsWorked],
  ['the actions were started and finished', actionsRun],
  ['the keys arrived on the line', keysArrived],
  ['the transfer was dialled and put through', transferDone],
  ['each kind of event arrived', eventsArrived],
  ['the events are numbered without a gap, in order', eventsInOrder],
  ['the agent answered in time', answeredInTime],
  ['the call was recorded', recorded],
];

function answeredAndCompleted({ created, ofCarrier }, { direction }) {
  if (!created) return "no call in the carrier's journal";
  const wanted = direction === 'inbound' ? 'inbound' : 'outbound-api';
  if (created.direction !== wanted) return `the call is ${created.direction}`;
  if (!ofCarrier('call_status').some(({ status }) => status === 'in-progress')) return 'never answered';
  const ends = ofCarrier('call_ended');
  if (ends.length !== 1) return `${ends.length} ends`;
  return ends[0].status === 'completed' ? undefined : `ended as ${ends[0].status}`;
}

function endedByExpected({ ofCarrier }, { endedBy }) {
  const [end] = ofCarrier('call_ended');
  if (endedBy === undefined) return undefined;
  const allowed = endedBy === 'person' ? ['person'] : ['api', 'twiml'];
  return allowed.includes(end?.endedBy)
    ? undefined
    : `ended by ${end?.endedBy ?? 'nobody'}, expected ${endedBy}`;
}

function protocolKept({ ofCarrier }) {
  if (ofCarrier('stream_started').length === 0) return 'no media stream';
  const faults = [
    'frame_refused',
    'stream_refused',
    'twiml_error',
    'webhook_failed',
    'playout_discarded',
  ].flatMap(ofCarrier);
  if (faults.length > 0)
    return list(faults.map(({ kind, error, reason }) => `${kind} ${error} ${reason ?? ''}`.trim()));
  const cut = ofCarrier('stream_stopped').filter(({ by }) => by !== 'product' && by !== 'carrier');
  if (cut.length > 0) return `the stream was stopped by ${list(cut.map(({ by }) => by))}`;
  return ofCarrier('stream_stopped').length === ofCarrier('stream_started').length
    ? undefined
    : 'a stream never stopped';
}

function marksReturned({ ofCarrier }) {
  const key = ({ streamSid, name }) => `${streamSid} ${name}`;
  const returned = new Set(ofCarrier('mark_returned').map(key));
  const received = ofCarrier('mark_received');
  if (received.length === 0) return 'the carrier received no mark';
  const missing = received.filter((mark) => !returned.has(key(mark)));
  return missing.length === 0 ? undefined : `not returned: ${list(missing.map(({ name }) => name))}`;
}

function callbacksDelivered({ ofCarrier }) {
  const attempts = ofCarrier('status_callback');
  const arrived = new Map();
  for (const { sequenceNumber, event, status } of attempts) {
    if (status >= 200 && status < 300) arrived.set(sequenceNumber, event);
  }
  const all = [...attempts, ...ofCarrier('status_callback_lost')];
  const missing = all.filter(({ sequenceNumber }) => !arrived.has(sequenceNumber));
  if (missing.length > 0) return `not delivered: ${list([...new Set(missing.map(({ event }) => event))])}`;
  return [...arrived.values()].includes('completed') ? undefined : 'no callback of the end of the call';
}

function scriptDone({ ofCaller }) {
  const expired = ofCaller('wait_expired');
  if (expired.length > 0) return `the caller gave up waiting for ${JSON.stringify(expired[0].waitFor)}`;
  if (ofCaller('script_done').length > 0 || ofCaller('hung_up').some(({ why }) => why === 'script'))
    return undefined;
  const [closed] = ofCaller('line_closed');
  return `stopped after ${closed?.stepsDone ?? 0} of ${closed?.stepsAll ?? '?'} steps`;
}

function agentHeard({ heard, damaged, events, ofCarrier, ofCaller }, { bargeIns, codedVoices }) {
  if (!codedVoices) return heardBySound(ofCaller);
  const messages = messagesOf(events, 'bot');
  if (messages.length === 0) return 'no event_message of the agent';
  if (heard.length === 0) return 'the caller heard nothing';
  if (damaged.length > bargeIns) return `${damaged.length} damaged words on the line`;
  const cuts = ofCarrier('clear').map(({ atMs }) => heard.filter(({ startAtMs }) => startAtMs < atMs).length);
  const words = heard.map(({ word }) => wordsOf(word).join(''));
  return compareWithMessages(words, messages, cuts);
}

const heardBySound = (ofCaller) =>
  ofCaller('heard_onset').length > 0 ? undefined : 'the caller heard nothing';

function callerUnderstood({ said, events }, { codedVoices }) {
  const told = messagesOf(events, 'human').flatMap(wordsOf).join(' ');
  const spoken = said.flatMap(({ words }) => words.flatMap(({ word }) => wordsOf(word))).join(' ');
  if (!codedVoices) return told === '' ? 'no event_message of the caller' : undefined;
  if (spoken === '') return 'the caller said nothing';
  return told === spoken ? undefined : `said "${spoken}", the events say "${told}"`;
}

function expectedHeard({ heard }, { hears, hearsNot, codedVoices }) {
  if (!codedVoices) return undefined;
  const words = heard.map(({ word }) => wordsOf(word).join(''));
  let from = 0;
  for (const group of hears) {
    const at = indexOfGroup(words, wordsOf(group), from);
    if (at === -1) return `not heard: "${group}"`;
    from = at + wordsOf(group).length;
  }
  const forbidden = hearsNot.filter((group) => indexOfGroup(words, wordsOf(group), 0) !== -1);
  return forbidden.length === 0 ? undefined : `heard, though it stands behind a cut: ${list(forbidden)}`;
}

function indexOfGroup(words, group, from) {
  for (let at = from; at + group.length <= words.length; at += 1) {
    if (group.every((word, index) => words[at + index] === word)) return at;
  }
  return -1;
}

function interruptionsWorked({ ofCaller, ofCarrier }, { bargeIns }) {
  const broken = ofCaller('interrupted').length;
  if (broken !== bargeIns) return `the caller broke in ${broken} times, expected ${bargeIns}`;
  const clears = ofCarrier('clear').filter(({ droppedMs }) => droppedMs > 0).length;
  return clears >= bargeIns
    ? undefined
    : `the agent's speech was cleared ${clears} times, expected ${bargeIns}`;
}

function actionsRun({ events }, { actions }) {
  const told = events.filter(({ type }) => type === 'event_action').map(({ payload }) => payload);
  for (const action of actions) {
    const mine = told.filter((payload) => payload.action_type === action);
    if (!mine.some(({ action_output: output }) => output === undefined || output === null))
      return `${action} was not started`;
    if (!mine.some(({ action_output: output }) => output)) return `${action} was not finished`;
  }
  return undefined;
}

function keysArrived({ ofCarrier }, { keys }) {
  const heard = ofCarrier('digits_heard')
    .map(({ digit }) => digit)
    .join('');
  return heard === keys ? undefined : `the carrier decoded "${heard}", expected "${keys}"`;
}

function transferDone({ ofCarrier }, { transferTo }) {
  const legs = ofCarrier('leg_dialled').map(({ to }) => to);
  if (list(legs) !== (transferTo ?? ''))
    return `dialled: ${list(legs) || 'nobody'}, expected ${transferTo ?? 'nobody'}`;
  if (transferTo === undefined) return undefined;
  return ofCarrier('leg_ended').some(({ bridged }) => bridged) ? undefined : 'never put through';
}

function eventsArrived({ events, deliveries }, { actions }) {
  const refused = deliveries.filter(
    ({ body }) => typeof body !== 'object' || body === null || typeof body.type !== 'string',
  );
  if (refused.length > 0) return `${refused.length} webhooks without a type`;
  const ids = new Set(events.map(({ call_id: id }) => id));
  if (ids.size !== 1) return `events of ${ids.size} calls`;
  const count = (type) => events.filter((event) => event.type === type).length;
  const wanted = [
    'event_phone_call_connected',
    'event_message',
    ...(actions.length > 0 ? ['event_action'] : []),
  ];
  const missing = wanted.filter((type) => count(type) === 0);
  if (missing.length > 0) return `missing: ${list(missing)}`;
  const single = ['event_phone_call_connected', 'event_phone_call_ended', 'event_transcript'];
  const wrong = single.filter((type) => count(type) !== 1);
  return wrong.length === 0 ? undefined : list(wrong.map((type) => `${count(type)} × ${type}`));
}

function eventsInOrder({ events }) {
  const numbers = events.map(({ sequence }) => sequence);
  return numbers.every((number, index) => number === index + 1)
    ? undefined
    : `arrived as ${numbers.join(' ')}`;
}

function answeredInTime({ turns: answers }, { turns, latencyBoundMs }) {
  if (answers.length < turns) return `${answers.length} answers, expected ${turns}`;
  const slow = answers.filter(({ voiceToVoiceMs }) => voiceToVoiceMs > latencyBoundMs);
  return slow.length === 0
    ? undefined
    : `took ${list(slow.map(({ voiceToVoiceMs }) => `${voiceToVoiceMs} ms`))}`;
}

function recorded({ ofCarrier }) {
  const [recording] = ofCarrier('recording_written');
  return recording?.durationMs > 0 ? undefined : 'no recording';
}

/** The figures of a call: {durationMs, turns, p50Ms, maxMs, recording}. */
export function figures(journals) {
  const { ofCarrier, turns } = readCall(journals);
  const latencies = turns.map(({ voiceToVoiceMs }) => voiceToVoiceMs).toSorted((a, b) => a - b);
  return {
    durationMs: ofCarrier('call_ended')[0]?.durationMs,
    turns: latencies.length,
    p50Ms: latencies[Math.ceil(latencies.length / 2) - 1],
    maxMs: latencies.at(-1),
    recording: ofCarrier('recording_written')[0]?.file,
  };
}
