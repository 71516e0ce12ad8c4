/** µ-law codes at or below this magnitude (complement, without sign) are quieter than about -31 dBFS. */
const quietMagnitude = 0x30;
const everyBytes = 4;
/** Speech is loud in this part of its samples at least; line noise is in none. */
const loudPart = 0.1;

/** How much of `mulaw` may be speech, in bytes: all of it or none. A rough and cheap look at every fourth sample. */
export function soundingBytes(mulaw: Uint8Array): number {
  let loud = 0;
  for (let at = 0; at < mulaw.length; at += everyBytes)
    if ((~(mulaw[at] as number) & 0x7f) > quietMagnitude) loud++;
  return loud * everyBytes >= mulaw.length * loudPart ? mulaw.length : 0;
}
