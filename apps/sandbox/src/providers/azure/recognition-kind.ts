import type { IncomingMessage } from 'node:http';
import type { TranscriberEntries } from '../../journal';
import type { ProviderOptions } from '../provider-server';
import type { SessionKind } from '../session-door';
import { RecognitionSession } from './recognition-session';

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad request.',
  401: 'Access denied due to invalid subscription key or wrong API endpoint.',
  403: 'Quota exceeded.',
  429: 'Too many requests.',
};

/** Azure's continuous recognition. */
export function recognitionKind(options: ProviderOptions<TranscriberEntries>): SessionKind {
  return {
    paths: ['/speech/recognition/conversation/cognitiveservices/v1'],
    provider: 'azure',
    keyOf,
    admit: ({ searchParams }) => {
      if (!/^[a-z]{2,3}-[A-Za-z-]{2,}$/.test(searchParams.get('language') ?? ''))
        return 'language: not a locale such as en-US';
      return (socket, facts) => new RecognitionSession(options, facts, searchParams, socket).start();
    },
    refusal: (status, reason, number) => ({
      headers: { 'x-requestid': String(number) },
      body: JSON.stringify({
        error: { code: String(status), message: reason ?? reasons[status] ?? 'Internal error.' },
      }),
    }),
  };
}

/** The SDK for Node.js puts its key into the query as well. */
function keyOf(request: IncomingMessage, url: URL): string | undefined {
  const given = request.headers['ocp-apim-subscription-key'];
  return typeof given === 'string' ? given : (url.searchParams.get('Ocp-Apim-Subscription-Key') ?? undefined);
}
