import { createHmac } from 'node:crypto';

/** Form parameters as they are sent; a key may stand more than once. */
export type FormParams = Readonly<Record<string, string | readonly string[]>>;

/**
 * The `X-Twilio-Signature` of a request: base64 of HMAC-SHA1 over the URL, followed by every parameter's name and value
 * in the order of the names. Sockets are signed over their `wss://` URL without parameters.
 * @see https://www.twilio.com/docs/usage/security
 */
export function signRequest(authToken: string, url: string, params: FormParams = {}): string {
  let text = url;
  for (const name of Object.keys(params).sort()) {
    const value = params[name] ?? '';
    if (typeof value === 'string') text += name + value;
    else for (const one of [...new Set(value)].sort()) text += name + one;
  }
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64');
}
