/** Why a socket is closed over a frame: a WebSocket close code and a reason (at most 123 bytes). */
export class FrameFault extends Error {
  constructor(
    readonly closeCode: 1003 | 1007 | 1008,
    reason: string,
  ) {
    super(reason);
  }
}

/** What a carrier's frame says, checked. */
export type CarrierFrame =
  | { readonly event: 'start'; readonly streamSid: string; readonly callSid: string }
  | { readonly event: 'media'; readonly streamSid: string; readonly audio: Buffer }
  | { readonly event: 'mark'; readonly streamSid: string; readonly name: string }
  | { readonly event: 'dtmf'; readonly streamSid: string; readonly digit: string }
  | { readonly event: 'stop'; readonly streamSid: string }
  /** Nothing to act on: `connected`, another track, or an event of a later version of the protocol. */
  | { readonly event: 'other' };

interface RawFrame {
  readonly event?: unknown;
  readonly streamSid?: unknown;
  readonly start?: unknown;
  readonly media?: unknown;
  readonly mark?: unknown;
  readonly dtmf?: unknown;
}

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;
const other: CarrierFrame = { event: 'other' };

/**
 * Reads one text frame of Twilio Media Streams. Fields that are not used may have any type or be missing.
 * @throws FrameFault for what is no frame of that protocol.  @see Twilio, "Media Streams: WebSocket messages"
 */
export function parseFrame(text: string): CarrierFrame {
  const frame = parseObject(text);
  switch (frame.event) {
    case 'media':
      return mediaFrame(frame);
    case 'mark':
      return {
        event: 'mark',
        streamSid: textField(frame, 'streamSid'),
        name: textField(objectField(frame, 'mark'), 'name'),
      };
    case 'dtmf':
      return {
        event: 'dtmf',
        streamSid: textField(frame, 'streamSid'),
        digit: textField(objectField(frame, 'dtmf'), 'digit'),
      };
    case 'start':
      return startFrame(frame);
    case 'stop':
      return { event: 'stop', streamSid: textField(frame, 'streamSid') };
    default:
      if (typeof frame.event !== 'string') throw new FrameFault(1007, 'frame without an event');
      return other;
  }
}

function mediaFrame(frame: RawFrame): CarrierFrame {
  const media = objectField(frame, 'media');
  if (media['track'] !== undefined && media['track'] !== 'inbound') return other;
  const { payload } = media;
  if (typeof payload !== 'string' || payload.length % 4 !== 0 || !base64.test(payload)) {
    throw new FrameFault(1007, 'media payload is not base64');
  }
  return { event: 'media', streamSid: textField(frame, 'streamSid'), audio: Buffer.from(payload, 'base64') };
}

function startFrame(frame: RawFrame): CarrierFrame {
  const start = objectField(frame, 'start');
  const streamSid = textField(start, 'streamSid');
  if (frame.streamSid !== undefined && frame.streamSid !== streamSid) {
    throw new FrameFault(1008, 'two stream SIDs in one frame');
  }
  const format = objectField(start, 'mediaFormat');
  const isMulaw8k = format['encoding'] === 'audio/x-mulaw' && Number(format['sampleRate']) === 8_000;
  if (!isMulaw8k || Number(format['channels']) !== 1)
    throw new FrameFault(1003, 'audio is not 8 kHz mono mu-law');
  return { event: 'start', streamSid, callSid: textField(start, 'callSid') };
}

function parseObject(text: string): RawFrame {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FrameFault(1007, 'frame is not JSON');
  }
  if (typeof value !== 'object' || value === null) throw new FrameFault(1007, 'frame is not a JSON object');
  return value;
}

function objectField(frame: RawFrame | Record<string, unknown>, name: string): Record<string, unknown> {
  const value = (frame as Record<string, unknown>)[name];
  if (typeof value !== 'object' || value === null) throw new FrameFault(1007, `frame without "${name}"`);
  return value as Record<string, unknown>;
}

function textField(frame: RawFrame | Record<string, unknown>, name: string): string {
  const value = (frame as Record<string, unknown>)[name];
  if (typeof value !== 'string' || value === '' || value.length > 256) {
    throw new FrameFault(1007, `frame without "${name}"`);
  }
  return value;
}
