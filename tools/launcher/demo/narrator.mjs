import { WrittenWords } from './written-words.mjs';

/** Journals are read in turn: a line may be seen this much later than one of a later time. */
const settleMs = 300;
/** While the agent speaks, the rows of others wait for the end of its sentence, but not longer. */
const longestWaitMs = 15_000;

/**
 * Tells a call as it happens, from the journals: what each side says as the caller's line carries it, keys, transfers
 * and webhooks, each with the seconds since the call began, in the order of their times. The agent's words come off the
 * line one by one; they are told as sentences.
 */
export class Narrator {
  constructor(print) {
    this.print = print;
    this.words = [];
    this.rows = [];
    this.written = new WrittenWords();
    this.agentEndAtMs = Infinity;
  }

  tell(line) {
    this.startAtMs ??= line.atMs;
    this.callSid ??= line.callSid;
    tellers[`${line.journal}.${line.kind}`]?.(this, line);
  }

  row(atMs, who, text) {
    this.rows.push({ atMs, who, text });
  }

  /** Prints the rows that nothing earlier can come before any more, now that it is `nowMs`. */
  settle(nowMs) {
    const speechAtMs = this.words[0]?.startAtMs ?? this.onsetAtMs ?? Infinity;
    const isStuck = nowMs - speechAtMs > longestWaitMs;
    this.printRows(isStuck ? nowMs - settleMs : Math.min(nowMs - settleMs, speechAtMs));
  }

  printRows(untilMs = Infinity) {
    const isDue = ({ atMs }) => atMs <= untilMs;
    for (const { atMs, who, text } of this.rows.filter(isDue).toSorted((a, b) => a.atMs - b.atMs)) {
      const seconds = (Math.max(0, atMs - this.startAtMs) / 1000).toFixed(1).padStart(6);
      this.print(`${seconds}  ${who.padEnd(9)}${text}`);
    }
    this.rows = this.rows.filter((row) => !isDue(row));
  }

  /** Takes one word of the agent. What people on a transferred call hear of each other is told as they say it. */
  hear({ callSid, startAtMs }, word) {
    if (callSid === this.callSid && startAtMs <= this.agentEndAtMs) this.words.push({ startAtMs, word });
  }

  /** Makes a row of the words that were heard so far. */
  endSentence(ending = '') {
    this.onsetAtMs = undefined;
    if (this.words.length === 0) return;
    const [first] = this.words;
    const text = this.written.spell(this.words.map(({ word }) => word));
    this.words = [];
    this.row(first.startAtMs, 'agent', `${ending === '' ? text : text.replace(/[.,;:!?]+$/, '')}${ending}`);
  }

  /** Tells all that is left. */
  end() {
    this.endSentence();
    this.printRows();
  }
}

const tellers = {
  'carrier.call_created': (narrator, { atMs, direction, from, to }) =>
    narrator.row(atMs, 'carrier', direction === 'inbound' ? `call from ${from} to ${to}` : `dialling ${to}`),
  'carrier.digits_heard': (narrator, { atMs, digit }) =>
    narrator.row(atMs, 'carrier', `key ${digit} heard on the line`),
  'carrier.leg_ended': (narrator, { atMs, status }) =>
    narrator.row(atMs, 'carrier', `the transferred leg ended (${status})`),
  'carrier.call_ended': (narrator, { atMs, callSid, status, endedBy }) => {
    if (callSid !== narrator.callSid) return;
    narrator.endSentence();
    const by = endedBy === 'person' ? 'the person' : 'the agent';
    narrator.row(atMs, 'carrier', status === 'completed' ? `call ended by ${by}` : `call ended: ${status}`);
  },
  'caller.answered': (narrator, { atMs, caller }) => narrator.row(atMs, caller, '(answers)'),
  'caller.gave_up': (narrator, { atMs, caller, why }) => narrator.row(atMs, caller, `(${why})`),
  'carrier.stream_started': (narrator) => (narrator.agentEndAtMs = Infinity),
  'carrier.stream_stopped': (narrator, { atMs }) => (narrator.agentEndAtMs = atMs + 200),
  'voice.request': (narrator, { text }) => narrator.written.add(text),
  'caller.heard_onset': (narrator, { callSid, onsetAtMs }) => {
    if (callSid === narrator.callSid && onsetAtMs <= narrator.agentEndAtMs) narrator.onsetAtMs = onsetAtMs;
  },
  'caller.heard_word': (narrator, line) => narrator.hear(line, line.word),
  'caller.heard_damaged': (narrator, line) => narrator.hear(line, '(?)'),
  'caller.heard_silence': (narrator, { callSid }) => {
    if (callSid === narrator.callSid) narrator.endSentence();
  },
  'caller.interrupted': (narrator) => narrator.endSentence(' —'),
  'caller.saying': (narrator, { startAtMs, caller, text, bargeIn }) =>
    narrator.row(startAtMs, caller, `${text}${bargeIn ? '   (breaks in)' : ''}`),
  'caller.pressed': (narrator, { atMs, caller, keys }) => narrator.row(atMs, caller, `(presses ${keys})`),
  'caller.wait_expired': (narrator, { atMs, caller, waitFor }) =>
    narrator.row(atMs, caller, `(waited in vain for ${JSON.stringify(waitFor)})`),
  'caller.hung_up': (narrator, { atMs, caller }) => narrator.row(atMs, caller, '(hangs up)'),
  'receiver.webhook': (narrator, { atMs, body, attempt }) => {
    const { type, sequence, payload = {} } = body ?? {};
    const retry = attempt > 1 ? `   (attempt ${attempt})` : '';
    const number = `#${sequence}`.padStart(3);
    narrator.row(atMs, 'webhook', `${number} ${type}${detailOf(type, payload)}${retry}`);
  },
};

function detailOf(type, payload) {
  if (type === 'event_message') return `  ${payload.sender}: ${payload.text}`;
  if (type === 'event_action')
    return `  ${payload.action_type ?? 'action'} ${payload.action_output ? 'finished' : 'started'}`;
  return '';
}
