import { parseXml, XmlError } from './xml';
import type { XmlElement } from './xml';

/** How a document's URL is asked for. */
export type HttpMethod = 'GET' | 'POST';

/** Where a verb continues, relative to the document's own URL. */
export interface ActionUrl {
  readonly url: string;
  readonly method: HttpMethod;
}

/** One verb of a document, in the order of the document. */
export type Verb =
  | { readonly verb: 'Connect'; readonly action: ActionUrl | null; readonly stream: StreamNoun }
  | { readonly verb: 'Dial'; readonly action: ActionUrl | null; readonly dial: DialNoun }
  | { readonly verb: 'Say'; readonly text: string; readonly loop: number }
  | { readonly verb: 'Play'; readonly digits: string }
  | { readonly verb: 'Pause'; readonly lengthS: number }
  | { readonly verb: 'Redirect'; readonly to: ActionUrl }
  | { readonly verb: 'Reject'; readonly reason: 'rejected' | 'busy' }
  | { readonly verb: 'Hangup' };

export interface StreamNoun {
  /** As written but without its query, which Twilio strips. */
  readonly url: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface DialNoun {
  readonly to: string;
  readonly callerId: string | null;
  readonly timeoutS: number;
  readonly statusCallback: ActionUrl | null;
  readonly statusCallbackEvents: readonly string[];
}

/** A document, and what in it was passed over (unknown attributes: Twilio warns and goes on). */
export interface TwimlDocument {
  readonly verbs: readonly Verb[];
  readonly warnings: readonly string[];
}

/** A document that Twilio cannot run. `code` is its error code: 12100 for XML, 12200 for the schema, others by verb. */
export class TwimlError extends Error {
  constructor(
    readonly code: number,
    reason: string,
  ) {
    super(reason);
    this.name = 'TwimlError';
  }
}

const maxBytes = 64 * 1024;
const maxParameterChars = 500;

/** Reads a TwiML document. @throws TwimlError */
export function parseTwiml(text: string): TwimlDocument {
  if (Buffer.byteLength(text) > maxBytes) throw new TwimlError(11750, 'the document is larger than 64 KB');
  const root = readXml(text);
  if (root.name !== 'Response') throw new TwimlError(12100, `the root is <${root.name}>, not <Response>`);
  const warnings: string[] = [];
  return { verbs: root.children.map((element) => readVerb(element, warnings)), warnings };
}

function readXml(text: string): XmlElement {
  try {
    return parseXml(text);
  } catch (error) {
    if (error instanceof XmlError) throw new TwimlError(12100, error.message);
    throw error;
  }
}

const known: Readonly<Record<string, readonly string[]>> = {
  Connect: ['action', 'method'],
  Stream: ['url', 'name', 'track', 'statusCallback', 'statusCallbackMethod'],
  Parameter: ['name', 'value'],
  Dial: [
    'action',
    'method',
    'callerId',
    'timeout',
    'timeLimit',
    'answerOnBridge',
    'hangupOnStar',
    'ringTone',
  ],
  Number: ['statusCallback', 'statusCallbackMethod', 'statusCallbackEvent'],
  Say: ['voice', 'language', 'loop'],
  Play: ['digits', 'loop'],
  Pause: ['length'],
  Redirect: ['method'],
  Reject: ['reason'],
  Hangup: [],
};

function readVerb(element: XmlElement, warnings: string[]): Verb {
  checkAttributes(element, warnings);
  const { attributes } = element;
  switch (element.name) {
    case 'Connect':
      return { verb: 'Connect', action: actionOf(attributes), stream: readStream(element, warnings) };
    case 'Dial':
      return { verb: 'Dial', action: actionOf(attributes), dial: readDial(element, warnings) };
    case 'Say':
      return { verb: 'Say', text: element.text, loop: wholeNumber(attributes['loop'] ?? '1', 'loop') };
    case 'Play':
      return { verb: 'Play', digits: readDigits(element) };
    case 'Pause':
      return { verb: 'Pause', lengthS: wholeNumber(attributes['length'] ?? '1', 'length') };
    case 'Redirect':
      if (!element.text) throw new TwimlError(12200, '<Redirect> names no URL');
      return { verb: 'Redirect', to: { url: element.text, method: methodOf(attributes['method']) } };
    case 'Reject':
      return { verb: 'Reject', reason: attributes['reason'] === 'busy' ? 'busy' : 'rejected' };
    case 'Hangup':
      return { verb: 'Hangup' };
    default:
      throw new TwimlError(12100, `<${element.name}> is no verb that is known here`);
  }
}

function readStream(connect: XmlElement, warnings: string[]): StreamNoun {
  const stream = onlyChild(connect, 'Stream');
  checkAttributes(stream, warnings);
  const url = stream.attributes['url'];
  if (!url) throw new TwimlError(12200, '<Stream> has no url');
  const track = stream.attributes['track'] ?? 'inbound_track';
  if (track !== 'inbound_track') throw new TwimlError(31941, `track ${track} is not allowed in <Connect>`);
  const parameters: Record<string, string> = {};
  for (const child of stream.children) {
    if (child.name !== 'Parameter') throw new TwimlError(12200, `<${child.name}> in <Stream>`);
    checkAttributes(child, warnings);
    const { name = '', value = '' } = child.attributes;
    if (!name) throw new TwimlError(12200, '<Parameter> has no name');
    if (name.length + value.length > maxParameterChars)
      throw new TwimlError(12200, `<Parameter> ${name} is longer than ${maxParameterChars}`);
    parameters[name] = value;
  }
  return { url: url.replace(/[?#].*$/s, ''), parameters };
}

function readDial(dial: XmlElement, warnings: string[]): DialNoun {
  const number = dial.children.length > 0 ? onlyChild(dial, 'Number') : dial;
  if (number !== dial) checkAttributes(number, warnings);
  if (!number.text) throw new TwimlError(13224, '<Dial> names no number');
  const { statusCallback, statusCallbackMethod, statusCallbackEvent } = number.attributes;
  return {
    to: number.text,
    callerId: dial.attributes['callerId'] ?? null,
    timeoutS: wholeNumber(dial.attributes['timeout'] ?? '30', 'timeout'),
    statusCallback: statusCallback ? { url: statusCallback, method: methodOf(statusCallbackMethod) } : null,
    statusCallbackEvents: (statusCallbackEvent ?? 'completed').split(/\s+/).filter(Boolean),
  };
}

function readDigits(element: XmlElement): string {
  const digits = element.attributes['digits'];
  if (!digits) throw new TwimlError(12200, '<Play> without digits plays no file here');
  if (!/^[0-9A-D*#wW]+$/.test(digits)) throw new TwimlError(12200, `<Play digits> ${digits}`);
  return digits;
}

function onlyChild(element: XmlElement, name: string): XmlElement {
  const [child, second] = element.children;
  if (child?.name !== name || second)
    throw new TwimlError(12200, `<${element.name}> must hold exactly one <${name}>`);
  return child;
}

function actionOf(attributes: Readonly<Record<string, string>>): ActionUrl | null {
  const url = attributes['action'];
  return url ? { url, method: methodOf(attributes['method']) } : null;
}

function methodOf(text: string | undefined): HttpMethod {
  return text?.toUpperCase() === 'GET' ? 'GET' : 'POST';
}

function wholeNumber(text: string, name: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new TwimlError(12200, `${name}="${text}" is no whole number`);
  return Number(text);
}

function checkAttributes(element: XmlElement, warnings: string[]): void {
  for (const name of Object.keys(element.attributes))
    if (!known[element.name]?.includes(name))
      warnings.push(`attribute ${name} of <${element.name}> is unknown`);
}
