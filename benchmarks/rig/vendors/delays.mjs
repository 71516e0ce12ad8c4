import { chance, lognormal } from '../random.mjs';

/** What each vendor takes for its work, in ms; the same for whoever asks. */
export const ideal = {
  ...{ interimEveryMs: 250, startMs: 100, eagerMs: 150, endMs: 350, utteranceEndMs: 1_000 },
  ...{ firstTokenMs: 400, tokensPerSecond: 60, firstByteMs: 150 },
};

const share = { falseEnds: 0.3, revisedWords: 0.3, lateEnds: 0.2 };

/**
 * How the transcriber takes a turn. Noisy: in 30 % of turns the end is seen where none is, in 30 % a word is heard
 * wrong until the turn's end, in 20 % that end comes late; every delay is lognormal. The same for the same seed.
 */
export function transcriberPlan({ noise, seed }, call, turn, words) {
  const { startMs, eagerMs, endMs } = ideal;
  if (!noise) return { startMs, eagerMs, endMs, falseEndAfterWord: null, wrongWord: null };
  const draw = (...key) => chance(seed, call, turn, ...key);
  const lateMs = draw('late') < share.lateEnds ? lognormal(150, 0.8, seed, call, turn, 'lateness') : 0;
  const at = (name) => Math.floor(words * (0.3 + 0.4 * draw(name, 'at')));
  const eager = lognormal(eagerMs, 0.25, seed, call, turn, 'eager');
  return {
    startMs,
    eagerMs: eager,
    endMs: Math.max(eager + 20, lognormal(endMs, 0.25, seed, call, turn, 'end')) + lateMs,
    falseEndAfterWord: draw('false') < share.falseEnds ? at('false') : null,
    wrongWord: draw('wrong') < share.revisedWords ? at('wrong') : null,
  };
}

/** `nth`: of the requests for the same turn, so that two systems with the same requests meet the same delays. */
export const firstTokenMs = ({ noise, seed }, { call, turn }, nth) =>
  noise ? lognormal(ideal.firstTokenMs, 0.35, seed, call, turn, 'token', nth) : ideal.firstTokenMs;

export const firstByteMs = ({ noise, seed }, { call, turn }, nth) =>
  noise ? lognormal(ideal.firstByteMs, 0.35, seed, call, turn, 'byte', nth) : ideal.firstByteMs;
