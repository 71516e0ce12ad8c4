/**
 * Frames of Azure's Universal Speech Protocol: headers as in HTTP, an empty line, a body. A binary frame begins with
 * the length of its headers, 16 bits, big-endian.
 */
export type UspHeaders = Readonly<Record<string, string>>;

export interface UspMessage {
  /** Lower case. */
  readonly path: string;
  readonly requestId: string;
  readonly body: string;
}

const END_OF_HEADERS = '\r\n\r\n';
const RIFF_HEADER_BYTES = 44;
const MULAW_FORMAT = 7;
const SAMPLE_RATE_HZ = 8000;

export function textFrame(headers: UspHeaders, body: unknown): string {
  return `${headerLines(headers)}\r\n${JSON.stringify(body)}`;
}

/** An empty `body` means the end of the audio. */
export function binaryFrame(headers: UspHeaders, body: Uint8Array): Uint8Array {
  const head = Buffer.from(headerLines(headers), 'latin1');
  const frame = Buffer.allocUnsafe(2 + head.length + body.length);
  frame.writeUInt16BE(head.length, 0);
  frame.set(head, 2);
  frame.set(body, 2 + head.length);
  return frame;
}

/** Reads a text frame; undefined when it is none. */
export function parseTextFrame(text: string): UspMessage | undefined {
  const end = text.indexOf(END_OF_HEADERS);
  if (end < 0) return undefined;
  const headers = new Map<string, string>();
  for (const line of text.slice(0, end).split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const path = headers.get('path')?.toLowerCase();
  if (path === undefined) return undefined;
  return { path, requestId: headers.get('x-requestid') ?? '', body: text.slice(end + END_OF_HEADERS.length) };
}

/** The header of a WAV of unknown length: G.711 µ-law, mono, 8 kHz. */
export function mulawRiffHeader(): Uint8Array {
  const header = Buffer.alloc(RIFF_HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(MULAW_FORMAT, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE_HZ, 24);
  header.writeUInt32LE(SAMPLE_RATE_HZ, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36, 'latin1');
  return header;
}

function headerLines(headers: UspHeaders): string {
  let lines = '';
  for (const [name, value] of Object.entries(headers)) lines += `${name}: ${value}\r\n`;
  return lines;
}
