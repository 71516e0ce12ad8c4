import { heardText, resumeAtMs, usualMsPerUnit } from './heard-text';
import { bytesPerMs } from './playout';
import type { Speech, Utterance } from '../state';
import { textOfSpoken } from './spoken';

/** A pace is believed when it was measured over so much, and is one at which somebody speaks. */
const leastWeight = 20;
const leastMsPerUnit = 15;
const mostMsPerUnit = 150;
/** How much of a new measurement is taken over. */
const learningShare = 0.3;

/** All audio of an utterance that has arrived, in ms. */
function arrivedMs({ sentMs, heldBytes }: Utterance): number {
  return sentMs + heldBytes / bytesPerMs;
}

/** How long an utterance is, or will be as far as is known. */
export function totalMs(speech: Speech, utterance: Utterance): number {
  const arrived = arrivedMs(utterance);
  const { content, synthesis, truncated } = utterance;
  if (content.kind === 'tones' || (synthesis === 'complete' && !truncated)) return arrived;
  const expectedMs = content.weight * (speech.msPerUnit ?? usualMsPerUnit);
  return Math.max(arrived, expectedMs, utterance.words.at(-1)?.endMs ?? 0);
}

/** How much of an utterance was heard when play-out stood at `atMs` of its axis. */
export function heardForMs({ paused }: Speech, utterance: Utterance, atMs: number): number {
  if (paused?.utteranceId === utterance.id) return paused.heardMs;
  if (utterance.startMs === null) return 0;
  return Math.max(0, Math.min(utterance.sentMs, atMs - utterance.startMs));
}

/** The words of an utterance, as they were meant, that were heard in its first `forMs`. */
export function heardOf(speech: Speech, utterance: Utterance, forMs: number): string {
  const { content, words } = utterance;
  if (content.kind !== 'words') return '';
  const heard = heardText(content.spoken, forMs, totalMs(speech, utterance), words);
  return textOfSpoken(content, heard.length);
}

/** Where to go on with an utterance of which `heardMs` were heard: no word is begun in its middle. */
export function resumePointMs(speech: Speech, utterance: Utterance, heardMs: number): number {
  const { content, words } = utterance;
  if (content.kind !== 'words') return heardMs;
  const total = totalMs(speech, utterance);
  return Math.floor(Math.min(heardMs, resumeAtMs(content.spoken, heardMs, total, words)));
}

/** The pace of the voice, once an utterance's audio is complete. */
export function measuredMsPerUnit(speech: Speech, utterance: Utterance): number | null {
  if (utterance.content.kind !== 'words') return speech.msPerUnit;
  const { weight } = utterance.content;
  const measured = arrivedMs(utterance) / weight;
  if (weight < leastWeight || measured < leastMsPerUnit || measured > mostMsPerUnit) return speech.msPerUnit;
  return speech.msPerUnit === null
    ? measured
    : speech.msPerUnit + learningShare * (measured - speech.msPerUnit);
}
