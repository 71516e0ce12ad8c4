import { createHmac, timingSafeEqual } from 'node:crypto';

export interface SignedTwilioRequest {
  readonly authToken: string;
  /**
   * The address that the carrier was given: the configured public origin, then path and query exactly as received.
   * Never built from the request's `Host` or forwarding headers. A media socket's begins with `wss://`.
   */
  readonly url: string;
  /** Every form parameter as received; `{}` for a socket's upgrade request. */
  readonly params: Readonly<Record<string, string | readonly string[]>>;
  /** The `X-Twilio-Signature` header, if there is one. */
  readonly signature: string | undefined;
}

/**
 * Whether Twilio signed this request with the account's token: HMAC-SHA1 over the URL followed by all parameters,
 * sorted by name, compared in constant time. The URL is tried as given, without its port and with the scheme's own
 * port, because Twilio signs either; a socket's also with a slash at its end.
 * @see Twilio, "Validating requests are coming from Twilio"
 */
export function isSignedByTwilio(request: SignedTwilioRequest): boolean {
  if (!request.signature || !request.authToken) return false;
  const given = Buffer.from(request.signature);
  let matches = false;
  for (const url of urlForms(request.url)) {
    const expected = Buffer.from(twilioSignature(request.authToken, url, request.params));
    if (expected.length === given.length && timingSafeEqual(expected, given)) matches = true;
  }
  return matches;
}

/** The signature that Twilio puts on a request to `url` with these form parameters. */
export function twilioSignature(
  authToken: string,
  url: string,
  params: SignedTwilioRequest['params'],
): string {
  const signed = Object.keys(params)
    .sort()
    .reduce((text, name) => text + nameAndValues(name, params[name] ?? ''), url);
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
}

function nameAndValues(name: string, value: string | readonly string[]): string {
  if (typeof value === 'string') return name + value;
  return [...new Set(value)]
    .sort()
    .map((single) => name + single)
    .join('');
}

const standardPorts: Readonly<Record<string, string>> = { https: '443', wss: '443', http: '80', ws: '80' };

/** Split by hand: `new URL` would re-encode characters of the path that Twilio signed as they were. */
function urlForms(url: string): readonly string[] {
  const parts = /^([a-z]+):\/\/([^/?#]*?)(?::(\d+))?(?=[/?#]|$)(.*)$/is.exec(url);
  if (!parts) return [url];
  const [, scheme = '', host = '', port, rest = ''] = parts;
  const forms = [url, `${scheme}://${host}${rest}`];
  const standardPort = standardPorts[scheme.toLowerCase()];
  if (!port && standardPort) forms.push(`${scheme}://${host}:${standardPort}${rest}`);
  const isSocket = /^wss?$/i.test(scheme);
  return [...new Set(isSocket ? forms.flatMap((form) => [form, `${form}/`]) : forms)];
}
