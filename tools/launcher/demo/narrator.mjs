/**
 * Tells a call as it happens, from the journals: what each side says as the caller's line carries it, keys, transfers
 * and webhooks, each with the seconds since the call began. Words come one by one; they are told as sentences.
 */
export class Narrator {
  constructor(print) {
    this.print = print;
    this.words = [];
    this.rows = [];
    this.agentEndAtMs = Infinity;
  }

  tell(line) {
    this.startAtMs ??= line.atMs;
    this.callSid ??= line.callSid;
    tellers[`${line.journal}.${line.kind}`]?.(this, line);
  }

  /** Prints a row, or keeps it while the agent speaks, so that the rows come in the order of their times. */
  row(atMs, who, text) {
    this.rows.push({ atMs, who, text });
    if (this.words.length === 0) this.printRows();
  }

  printRows() {
    for (const { atMs, who, text } of this.rows.toSorted((a, b) => a.atMs - b.atMs)) {
      const seconds = ((atMs - this.startAtMs) / 1000).toFixed(1).padStart(6);
      this.print(`${seconds}  ${who.padEnd(9)}${text}`);
    }
    this.rows = [];
  }

  /** Takes one word of the agent. What people on a transferred call hear of each other is told as they say it. */
  hear({ callSid, startAtMs }, word) {
    if (callSid === this.callSid && startAtMs <= this.agentEndAtMs) this.words.push({ startAtMs, word });
  }

  /** Tells what was heard so far as one sentence. */
  flush(ending = '') {
    if (this.words.length === 0) return;
    const [first] = this.words;
    const text = `${this.words.map(({ word }) => word).join(' ')}${ending}`;
    this.words = [];
    this.row(first.startAtMs, 'agent', text);
  }
}

const tellers = {
  'carrier.call_created': (narrator, { atMs, direction, from, to }) =>
    narrator.row(
      atMs,
      'carrier',
      `${direction === 'inbound' ? 'call from' : 'dialling'} ${direction === 'inbound' ? `${from} to ${to}` : to}`,
    ),
  'carrier.digits_heard': (narrator, { atMs, digit }) =>
    narrator.row(atMs, 'carrier', `key ${digit} heard on the line`),
  'carrier.leg_ended': (narrator, { atMs, status }) =>
    narrator.row(atMs, 'carrier', `the transferred leg ended (${status})`),
  'carrier.call_ended': (narrator, { atMs, callSid, status, endedBy }) => {
    if (callSid !== narrator.callSid) return;
    narrator.flush();
    narrator.row(atMs, 'carrier', `call ${status}, ended by ${endedBy}`);
  },
  'caller.answered': (narrator, { atMs, caller }) => narrator.row(atMs, caller, '(answers)'),
  'carrier.stream_started': (narrator) => (narrator.agentEndAtMs = Infinity),
  'carrier.stream_stopped': (narrator, { atMs }) => (narrator.agentEndAtMs = atMs + 200),
  'caller.heard_word': (narrator, line) => narrator.hear(line, line.word),
  'caller.heard_damaged': (narrator, line) => narrator.hear(line, '(?)'),
  'caller.heard_silence': (narrator) => narrator.flush(),
  'caller.interrupted': (narrator) => narrator.flush(' —'),
  'caller.said': (narrator, { startAtMs, caller, text, bargeIn }) => {
    narrator.flush();
    narrator.row(startAtMs, caller, `${text}${bargeIn ? '   (breaks in)' : ''}`);
  },
  'caller.pressed': (narrator, { atMs, caller, keys }) => narrator.row(atMs, caller, `(presses ${keys})`),
  'caller.hung_up': (narrator, { atMs, caller }) => narrator.row(atMs, caller, '(hangs up)'),
  'receiver.webhook': (narrator, { atMs, body, attempt }) => {
    const { type, sequence, payload = {} } = body ?? {};
    const retry = attempt > 1 ? `, attempt ${attempt}` : '';
    narrator.row(atMs, 'webhook', `#${sequence} ${type}${detailOf(type, payload)}${retry}`);
  },
};

function detailOf(type, payload) {
  if (type === 'event_message') return ` (${payload.sender}: ${payload.text})`;
  if (type === 'event_action')
    return ` (${payload.action_type ?? 'action'} ${payload.action_output ? 'finished' : 'started'})`;
  return '';
}
