/**
 * WebSocket frames (RFC 6455) with as little work as can be, on both ends: the rig moves 30,000 of them a second beside
 * what it measures. No extensions. A client's mask is zero, which the protocol allows and which leaves bytes as they are.
 */

const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

/** One frame as bytes. `masked`: as a client must. */
export function encodeFrame(kind, payload, masked) {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  const extended = body.length < 126 ? 0 : body.length < 65_536 ? 2 : 8;
  const head = 2 + extended;
  const frame = Buffer.allocUnsafe(head + (masked ? 4 : 0) + body.length);
  frame[0] = 0x80 | opcodes[kind];
  frame[1] = (masked ? 0x80 : 0) | (extended === 0 ? body.length : extended === 2 ? 126 : 127);
  if (extended === 2) frame.writeUInt16BE(body.length, 2);
  if (extended === 8) frame.writeBigUInt64BE(BigInt(body.length), 2);
  if (masked) frame.writeUInt32BE(0, head);
  body.copy(frame, frame.length - body.length);
  return frame;
}

/** Cuts a stream of bytes into frames: calls `onFrame(opcode, payload)`. The payload is valid during the call only. */
export class FrameReader {
  #rest;
  #parts = [];
  #kind = 0;

  constructor(onFrame) {
    this.onFrame = onFrame;
  }

  push(data) {
    let bytes = this.#rest ? Buffer.concat([this.#rest, data]) : data;
    for (;;) {
      const taken = this.#take(bytes);
      if (taken === 0) break;
      bytes = bytes.subarray(taken);
    }
    this.#rest = bytes.length > 0 ? bytes : undefined;
  }

  #take(bytes) {
    if (bytes.length < 2) return 0;
    let length = bytes[1] & 0x7f;
    let at = 2;
    if (length === 126) {
      if (bytes.length < 4) return 0;
      length = bytes.readUInt16BE(2);
      at = 4;
    } else if (length === 127) {
      if (bytes.length < 10) return 0;
      length = Number(bytes.readBigUInt64BE(2));
      at = 10;
    }
    const masked = (bytes[1] & 0x80) !== 0;
    const end = at + (masked ? 4 : 0) + length;
    if (bytes.length < end) return 0;
    const payload = bytes.subarray(end - length, end);
    if (masked) unmask(payload, bytes, at);
    this.#deliver(bytes[0], payload);
    return end;
  }

  #deliver(first, payload) {
    const opcode = first & 0x0f;
    const isFinal = (first & 0x80) !== 0;
    if (opcode >= opcodes.close || (isFinal && this.#parts.length === 0)) {
      this.onFrame(opcode, payload);
      return;
    }
    if (opcode !== opcodes.continuation) this.#kind = opcode;
    this.#parts.push(Buffer.from(payload));
    if (!isFinal) return;
    const whole = Buffer.concat(this.#parts);
    this.#parts = [];
    this.onFrame(this.#kind, whole);
  }
}

export const isText = (opcode) => opcode === opcodes.text;
export const isBinary = (opcode) => opcode === opcodes.binary;
export const isClose = (opcode) => opcode === opcodes.close;
export const isPing = (opcode) => opcode === opcodes.ping;

function unmask(payload, bytes, at) {
  const mask = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  for (let index = 0; index < payload.length; index += 1) payload[index] ^= mask[index & 3];
}
