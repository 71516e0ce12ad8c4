/** A frame of the product that keeps the protocol. */
export type ProductFrame =
  | { readonly event: 'media'; readonly payload: Buffer }
  | { readonly event: 'mark'; readonly name: string }
  | { readonly event: 'clear' };

/** Twilio's error for a frame that breaks the protocol: 31950 binary, 31951 everything else. */
export interface FrameFault {
  readonly error: 31950 | 31951;
  readonly reason: string;
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Reads one frame of the product, as strictly as Twilio: JSON text, a known event, exactly its fields, this stream's
 * sid, base64 audio.
 */
export function readProductFrame(
  data: Buffer,
  isBinary: boolean,
  streamSid: string,
): ProductFrame | FrameFault {
  if (isBinary) return { error: 31950, reason: 'a binary frame' };
  let frame: unknown;
  try {
    frame = JSON.parse(data.toString('utf8'));
  } catch {
    return invalid('not JSON');
  }
  if (!isObject(frame)) return invalid('not an object');
  switch (frame['event']) {
    case 'media':
      return readMedia(frame, streamSid);
    case 'mark':
      return readMark(frame, streamSid);
    case 'clear':
      return fieldsFault(frame, ['event', 'streamSid'], streamSid) ?? { event: 'clear' };
    default:
      return invalid('unknown event');
  }
}

/** True for what `readProductFrame` gives when the frame was refused. */
export function isFrameFault(read: ProductFrame | FrameFault): read is FrameFault {
  return 'error' in read;
}

function readMedia(frame: Record<string, unknown>, streamSid: string): ProductFrame | FrameFault {
  const fault = fieldsFault(frame, ['event', 'streamSid', 'media'], streamSid);
  if (fault) return fault;
  const media = frame['media'];
  if (!isObject(media)) return invalid('media is not an object');
  const inner = extraOrMissing(media, ['payload'], 'media.');
  if (inner) return inner;
  const payload = media['payload'];
  if (typeof payload !== 'string' || payload.length % 4 !== 0 || !base64.test(payload))
    return invalid('media.payload is not base64');
  return { event: 'media', payload: Buffer.from(payload, 'base64') };
}

function readMark(frame: Record<string, unknown>, streamSid: string): ProductFrame | FrameFault {
  const fault = fieldsFault(frame, ['event', 'streamSid', 'mark'], streamSid);
  if (fault) return fault;
  const mark = frame['mark'];
  if (!isObject(mark)) return invalid('mark is not an object');
  const inner = extraOrMissing(mark, ['name'], 'mark.');
  if (inner) return inner;
  const name = mark['name'];
  return typeof name === 'string' ? { event: 'mark', name } : invalid('mark.name is not a text');
}

function fieldsFault(
  frame: Record<string, unknown>,
  fields: readonly string[],
  streamSid: string,
): FrameFault | undefined {
  const fault = extraOrMissing(frame, fields, '');
  if (fault) return fault;
  return frame['streamSid'] === streamSid ? undefined : invalid('streamSid of another stream');
}

function extraOrMissing(
  frame: Record<string, unknown>,
  fields: readonly string[],
  prefix: string,
): FrameFault | undefined {
  for (const name of fields) if (!(name in frame)) return invalid(`field ${prefix}${name} is missing`);
  for (const name in frame) if (!fields.includes(name)) return invalid(`field ${prefix}${name} is unknown`);
  return undefined;
}

function invalid(reason: string): FrameFault {
  return { error: 31951, reason };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
