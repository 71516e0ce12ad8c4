import { createHmac } from 'node:crypto';
import { pythonJson } from './python-json';

/** What is sent to a customer's URL, byte for byte. */
export interface SignedRequest {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The request of an external action. The signature is over the body's exact bytes: base64 of HMAC-SHA256, its key the
 * decoded secret.
 */
export function signedRequest(
  input: Readonly<Record<string, unknown>>,
  callId: string,
  secret: string,
): SignedRequest {
  const body = Buffer.from(pythonJson({ payload: input, call_id: callId }), 'ascii');
  const signature = createHmac('sha256', Buffer.from(secret, 'base64')).update(body).digest('base64');
  return {
    body,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'x-vocode-signature': signature,
    },
  };
}
