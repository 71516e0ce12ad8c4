/**
 * What the rig's audio says of itself. Nobody here analyses sound: each loud 20 ms frame of µ-law begins with a few
 * bytes that name it, and is at full volume behind them. Silence is silence.
 */

export const frameBytes = 160;
export const frameMs = 20;
const silence = 0xff;
const loud = 0x00;

export const silentFrame = Buffer.alloc(frameBytes, silence);

const split = (value) => [(value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff];
const join = (bytes, at) => (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];

function loudFrame(fields) {
  const frame = Buffer.alloc(frameBytes, loud);
  for (let at = 32; at < frameBytes; at += 2) frame[at] = 0x80;
  frame.set(fields, 1);
  return frame;
}

/** A frame of a caller's voice, in the middle of a word of a turn. */
export const callerFrame = (call, turn, word) => loudFrame([...split(call), turn, word]);

/** What the frame at `at` says: undefined of silence. */
export function readCallerFrame(bytes, at) {
  if (bytes[at] !== loud) return undefined;
  return { call: join(bytes, at + 1), turn: bytes[at + 4], word: bytes[at + 5] };
}

/** A frame of the agent's voice. `end`: 1 in the last frame of the last sentence of a reply. */
export const agentFrame = (speech, index, end) => loudFrame([...split(speech), ...split(index), end]);

export function readAgentFrame(bytes, at) {
  if (bytes[at] !== loud) return undefined;
  return { speech: join(bytes, at + 1), index: join(bytes, at + 4), isEnd: bytes[at + 7] === 1 };
}
