/** A message of Azure's Universal Speech Protocol: headers as in HTTP, an empty line, a body. */
export interface UspMessage {
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** What a WAV header says about the audio behind it. */
export interface WavFormat {
  readonly formatTag: number;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bitsPerSample: number;
}

const END_OF_HEADERS = '\r\n\r\n';
const WAV_HEADER_BYTES = 44;

/** Reads a frame; undefined when it is none of the protocol's. */
export function readUsp(data: Buffer, isBinary: boolean): UspMessage | undefined {
  if (!isBinary) {
    const end = data.indexOf(END_OF_HEADERS);
    if (end < 0) return undefined;
    return { headers: readHeaders(data.subarray(0, end)), body: data.subarray(end + END_OF_HEADERS.length) };
  }
  if (data.length < 2) return undefined;
  const end = 2 + data.readUInt16BE(0);
  if (data.length < end) return undefined;
  return { headers: readHeaders(data.subarray(2, end)), body: data.subarray(end) };
}

export function uspText(path: string, requestId: string, body: unknown): string {
  return (
    `X-RequestId:${requestId}\r\nContent-Type:application/json; charset=utf-8\r\nPath:${path}\r\n\r\n` +
    JSON.stringify(body)
  );
}

/** Reads the header of a WAV as it stands at the beginning of a stream; undefined when it is none. */
export function readWavHeader(data: Buffer): { format: WavFormat; audio: Buffer } | undefined {
  if (data.length < WAV_HEADER_BYTES) return undefined;
  if (data.toString('latin1', 0, 4) !== 'RIFF' || data.toString('latin1', 8, 16) !== 'WAVEfmt ')
    return undefined;
  const format = {
    formatTag: data.readUInt16LE(20),
    channels: data.readUInt16LE(22),
    sampleRateHz: data.readUInt32LE(24),
    bitsPerSample: data.readUInt16LE(34),
  };
  const dataAt = data.indexOf('data', 36, 'latin1');
  return dataAt < 0 ? undefined : { format, audio: data.subarray(dataAt + 8) };
}

function readHeaders(given: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of given.toString('latin1').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}
