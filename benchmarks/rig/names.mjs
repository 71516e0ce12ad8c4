/**
 * A made-up name for every turn of every call (`Zabadoki`). The caller says it, the model repeats it in the first
 * clause of its reply, so the journals of transcriber, model, voice and carrier can be joined without a word between
 * them.
 */

const syllables = [...'bdfgklmnprstv'].flatMap((consonant) => [...'aeiou'].map((vowel) => consonant + vowel));
const base = syllables.length;
const pattern = /\bz[aeiou](?:[bdfgklmnprstv][aeiou]){3}\b/gi;
/** More turns than this in one call share their names. */
export const turnsPerCall = 64;

/** @param call from 0 to some 20,000. */
export function nameOf(call, turn) {
  let left = call * turnsPerCall + (turn % turnsPerCall);
  let text = '';
  for (let at = 0; at < 3; at += 1) {
    text = syllables[left % base] + text;
    left = Math.floor(left / base);
  }
  return `Z${'aeiou'[left % 5]}${text}`;
}

/** Which turn the last name in a text is of: {call, turn}; undefined without one. */
export function lastNamed(text) {
  const found = text.match(pattern)?.at(-1)?.toLowerCase();
  if (!found) return undefined;
  let number = 'aeiou'.indexOf(found[1]);
  for (let at = 2; at < 8; at += 2) number = number * base + syllables.indexOf(found.slice(at, at + 2));
  return { call: Math.floor(number / turnsPerCall), turn: number % turnsPerCall };
}
