/**
 * Figures out of the sandbox's journals: pure functions. Every figure is taken where somebody outside the product saw
 * it; the product's own reports are not used. Times are ms.
 */

/** The value below which `share` (0 to 1) of the values lie; undefined of none. */
export function percentile(values, share) {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

const ofKind = (lines, kind) => lines.filter((line) => line.kind === kind);
const has = (text, tag) => new RegExp(`\\b${tag}\\b`, 'i').test(text ?? '');

/** The first of `lines` at or after `atMs` that `fits`. */
const nextAfter = (lines, atMs, fits) => lines.find((line) => line.atMs >= atMs && fits(line));

/**
 * One entry a turn that can be followed from end to end. `tags`: a word for each call that its caller says in every
 * sentence and the model repeats in the first clause of every reply; that joins the journals, which share nothing else.
 * `ownMs` adds up the product's three parts: final transcript → request to the model; the first clause's last token →
 * request for its speech; first byte of speech → first audio on the carrier's socket.
 */
export function turnsOf({ transcriber, model, voice, carrier }, tags) {
  const finals = ofKind(transcriber, 'result').filter(({ endOfTurn, text }) => endOfTurn && text);
  const requests = ofKind(model, 'request');
  const clauses = ofKind(model, 'clause_sent');
  const speeches = ofKind(voice, 'request');
  const bytes = new Map(ofKind(voice, 'first_byte').map((line) => [line.request, line]));
  const arrivals = ofKind(carrier, 'audio_arrived');
  const turns = [];
  for (const [tag, callSid] of tags) {
    for (const final of finals.filter(({ text }) => has(text, tag))) {
      const request = nextAfter(requests, final.atMs, ({ lastUser }) => has(lastUser, tag));
      const clause = request && clauses.find((line) => line.request === request.request);
      const speech = clause && nextAfter(speeches, request.atMs, ({ text }) => has(text, tag));
      const byte = speech && bytes.get(speech.request);
      const arrival = byte && nextAfter(arrivals, byte.atMs, (line) => line.callSid === callSid);
      if (!arrival) continue;
      const toModelMs = request.atMs - final.atMs;
      const toVoiceMs = Math.max(0, speech.atMs - clause.atMs);
      const toSocketMs = arrival.atMs - byte.atMs;
      turns.push({
        ...{
          callSid,
          atMs: final.atMs,
          toModelMs,
          toVoiceMs,
          toSocketMs,
          ownMs: toModelMs + toVoiceMs + toSocketMs,
        },
        modelMs: clause.atMs - request.atMs,
        voiceMs: byte.atMs - speech.atMs,
        totalMs: arrival.atMs - final.atMs,
      });
    }
  }
  return turns;
}

/** From the transcriber's first words of an interruption to `clear` on the carrier's socket, one entry a barge-in. */
export function bargeInsOf({ transcriber, carrier }, tags) {
  const results = ofKind(transcriber, 'result');
  const clears = ofKind(carrier, 'clear');
  const found = [];
  for (const [tag, callSid] of tags) {
    for (const clear of clears.filter((line) => line.callSid === callSid)) {
      const session = results.find(({ text }) => has(text, tag))?.session;
      const words = results.filter(
        (line) => line.session === session && line.text && line.atMs <= clear.atMs,
      );
      const first = words.findLast((line, index) => index === 0 || words[index - 1].endOfTurn);
      if (first) found.push(clear.atMs - first.atMs);
    }
  }
  return found;
}

/** Frames of silence that callers heard inside what an agent said: the carrier had run out of audio. */
export const lateFramesOf = ({ carrier }) =>
  ofKind(carrier, 'stream_stopped').reduce((sum, { lateFrames }) => sum + lateFrames, 0);

/** Calls that did not do what their script wants: refused, cut, or left early by their caller. */
export function failedCallsOf({ caller }) {
  return ofKind(caller, 'line_closed').filter(({ stepsDone, stepsAll }) => stepsDone < stepsAll);
}

/** From the end of the caller's last word to the first sound of the answer, as callers heard it. */
export const voiceToVoiceOf = ({ caller }) =>
  ofKind(caller, 'turn').map(({ atMs, voiceToVoiceMs }) => ({ atMs, voiceToVoiceMs }));

/** The time in which all of `calls` calls were live: from the last answer to the first end. */
export function wholeLoadOf({ caller }) {
  const answers = ofKind(caller, 'answered').map(({ atMs }) => atMs);
  const ends = ofKind(caller, 'line_closed').map(({ atMs }) => atMs);
  return { fromMs: Math.max(...answers), untilMs: Math.min(...ends) };
}
