/**
 * Figures of turns out of what callers and vendors noted: pure functions. Nothing that the product says of itself is
 * used, but where it is compared with what was seen. Times are ms of one clock.
 */
import { percentile } from './figures.mjs';

const key = ({ call, turn }) => `${call}.${turn}`;

function grouped(lines) {
  const groups = new Map();
  for (const line of lines) {
    const at = key(line);
    if (!groups.has(at)) groups.set(at, []);
    groups.get(at).push(line);
  }
  return groups;
}

/** The vendors' journal as the functions below take it. */
export function readJournal(lines) {
  const ofKind = (kind) => lines.filter((line) => line.kind === kind);
  return {
    heard: grouped(ofKind('heard')),
    replies: grouped(ofKind('reply')),
    speeches: new Map(ofKind('speech').map((line) => [line.id, line])),
    lastReplies: new Map(ofKind('reply').map((line) => [line.call, line])),
  };
}

/** The transcriber's words that may start a request: those that say something about the turn's end. */
const signals = new Set(['EagerEndOfTurn', 'EndOfTurn', 'Segment', 'FalseEnd', 'TurnResumed']);

/**
 * One turn of a caller, as it was answered. `latencyMs`: the caller's last loud frame sent → the answer's first frame
 * received; `playedMs`: → heard, behind what was buffered. Undefined when there was no answer. A filler is no answer.
 * `early`: the answer began before the caller had done.
 */
export function turnFigures(turn, journal) {
  const said = turn.heard.map((heard) => ({
    ...journal.speeches.get(heard.speech),
    ...heard,
    askedMs: journal.speeches.get(heard.speech)?.atMs,
  }));
  const answers = said.filter((each) => each.role === 'clause' && key(each) === key(turn));
  const [first, ...more] = answers.filter(({ atMs }) => atMs >= turn.endMs);
  const replies = journal.replies.get(key(turn)) ?? [];
  const filler = said.find(({ role, atMs }) => role === 'other' && atMs >= turn.endMs);
  return {
    ...{ call: turn.call, turn: turn.turn, endMs: turn.endMs },
    early: answers.some(({ atMs }) => atMs < turn.endMs),
    isAnswered: answers.length > 0,
    timesAnswered: first ? 1 + more.length : 0,
    ...(first && { latencyMs: first.atMs - turn.endMs, playedMs: first.playedMs - turn.endMs }),
    ...(filler && (!first || filler.atMs < first.atMs) && { fillerMs: filler.atMs - turn.endMs }),
    modelCalls: replies.length,
    cancelled: replies.filter(({ cancelledMs }) => cancelledMs !== undefined).length,
    ...(first && ownPart(turn, first, replies, journal.heard.get(key(turn)) ?? [])),
  };
}

/**
 * The product's own part of a turn: what passed between a vendor's word and what the product made of it. Signal sent →
 * request received; the first clause's last token sent → request for its speech received; first byte sent → first frame
 * received. A reply that was prepared ahead may be ready before the turn is over: then the last part counts from the end
 * of the turn, for before that it must not be heard.
 */
function ownPart(turn, answer, replies, heard) {
  const reply = replies.findLast(({ clauseMs }) => clauseMs !== undefined && clauseMs <= answer.askedMs + 1);
  const end = heard.findLast(
    ({ what, atMs }) => (what === 'EndOfTurn' || what === 'FalseEnd') && atMs <= answer.atMs,
  );
  if (!reply || !end) return {};
  const signal = heard.findLast(({ what, atMs }) => signals.has(what) && atMs <= reply.atMs);
  const wasAhead = reply.atMs < end.atMs;
  const toVoiceMs = Math.max(0, answer.askedMs - reply.clauseMs);
  const toSocketMs = answer.atMs - Math.max(answer.firstByteMs, end.atMs);
  const parts = { wasAhead, toVoiceMs, toSocketMs };
  if (!signal || (wasAhead && !isMadeOn(signal, reply))) return parts;
  const toModelMs = reply.atMs - signal.atMs;
  return { ...parts, toModelMs, ownMs: toModelMs + toVoiceMs + toSocketMs };
}

/** A request ahead may also be made on words that stood for a while: that wait is meant, and no part of it is ours. */
const isMadeOn = (signal, reply) => signal.what !== 'TurnResumed' && reply.atMs - signal.atMs < meantWaitMs;
const meantWaitMs = 200;

/** What one row of turns comes to. */
export function summary(turns) {
  const spread = (values) => ({ p50: percentile(values, 0.5), p95: percentile(values, 0.95) });
  const defined = (name) => turns.map((turn) => turn[name]).filter((value) => value !== undefined);
  const sum = (name) => turns.reduce((total, turn) => total + turn[name], 0);
  const ahead = turns.filter(({ wasAhead }) => wasAhead).length;
  return {
    turns: turns.length,
    unanswered: turns.filter(({ isAnswered }) => !isAnswered).length,
    latency: spread(defined('latencyMs')),
    played: spread(defined('playedMs')),
    own: spread(defined('ownMs')),
    ...{
      toModel: spread(defined('toModelMs')),
      toVoice: spread(defined('toVoiceMs')),
      toSocket: spread(defined('toSocketMs')),
    },
    early: turns.filter(({ early }) => early).length,
    answeredTwice: turns.filter(({ timesAnswered }) => timesAnswered > 1).length,
    fillers: defined('fillerMs').length,
    modelCallsPerTurn: sum('modelCalls') / Math.max(1, turns.length),
    ...{
      usedAhead: ahead,
      thrownAway: Math.max(0, sum('modelCalls') - turns.filter(({ isAnswered }) => isAnswered).length),
      cancelled: sum('cancelled'),
    },
  };
}

const normal = (text) => text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];

/**
 * What of a caller's words the model was given in the call's last request: {said, lost, added}. Order counts: it is the
 * longest sequence that both have.
 */
export function wordsLost(spoken, given) {
  const [said, got] = [normal(spoken), normal(given)];
  let row = new Array(got.length + 1).fill(0);
  for (const word of said) {
    const next = [0];
    for (let at = 0; at < got.length; at += 1)
      next.push(word === got[at] ? row[at] + 1 : Math.max(row[at + 1], next[at]));
    row = next;
  }
  const common = row.at(-1);
  return { said: said.length, lost: said.length - common, added: got.length - common };
}

const backChannels = /^(?:\W|okay|ok|mm|hmm|uh huh|yeah)*$/i;

/**
 * One interruption: {ms} from the transcriber's sign of it to `clear` on the socket. `high`: its start of turn; `low`:
 * its first words that are more than a back-channel. `stoppedEarly`: cleared for the back-channel alone.
 */
export function bargeIn(turn, clears, journal, sensitivity) {
  const heard = journal.heard.get(key(turn)) ?? [];
  const sign = heard.find(({ what, text }) =>
    sensitivity === 'high' ? what === 'StartOfTurn' : !backChannels.test(text),
  );
  if (!sign) return undefined;
  const own = clears.filter(({ atMs }) => atMs >= turn.startMs);
  const stoppedEarly = own.some(({ atMs }) => atMs < sign.atMs);
  const clear = own.find(({ atMs }) => atMs >= sign.atMs);
  const stale = clear
    ? turn.heard.filter((each) => each.atMs > clear.atMs && isOlder(each, turn, journal)).length
    : 0;
  return { ...(clear && { ms: clear.atMs - sign.atMs }), stoppedEarly, stale };
}

function isOlder({ speech }, turn, journal) {
  const asked = journal.speeches.get(speech);
  return asked !== undefined && asked.atMs < turn.startMs;
}

/**
 * How late the frames of replies were, at this share of all: 0 for one that came while there was still something to
 * play. `late`: [{lateMs}] of those that were not.
 */
export function lateness(frames, late, share) {
  const rank = Math.ceil(share * frames);
  const inTime = frames - late.length;
  if (rank <= inTime) return 0;
  return late.map(({ lateMs }) => lateMs).toSorted((a, b) => a - b)[Math.min(late.length, rank - inTime) - 1];
}

/** Our reports beside what callers saw, turn by turn: absolute differences. The n-th report is of the n-th turn. */
export function reportErrors(turns, facts) {
  const reported = new Map();
  for (const { call, body } of facts) {
    if (body.type === 'turn_metrics' && body.latency_ms !== null && body.latency_ms !== undefined) {
      reported.set(`${call}.${body.turn - 1}`, body.latency_ms);
    }
  }
  return turns
    .filter((turn) => turn.latencyMs !== undefined && turn.fillerMs === undefined && reported.has(key(turn)))
    .map((turn) => Math.abs(reported.get(key(turn)) - turn.latencyMs));
}

/** The slope of a line through points [[x, y]] with the least squares. */
export function slope(points) {
  const mean = (at) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  const under = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return under === 0 ? 0 : over / under;
}
