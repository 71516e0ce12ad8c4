import type { TranscriberEntries } from '../../journal';
import type { ProviderOptions } from '../provider-server';
import type { SessionKind } from '../session-door';
import { refusal } from './chat-body';
import { RealtimeSession } from './realtime-session';

/** OpenAI's realtime API, of which only transcription is served. */
export function realtimeKind(options: ProviderOptions<TranscriberEntries>): SessionKind {
  return {
    paths: ['/v1/realtime', '/realtime'],
    provider: 'openai',
    keyOf: (request) => /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1],
    admit: ({ searchParams }) => {
      if (searchParams.get('intent') !== 'transcription') return 'intent: only transcription is served here';
      if (searchParams.has('model')) return 'model: a transcription session names it in session.update';
      return (socket, facts) => new RealtimeSession(options, facts, socket).start();
    },
    refusal: (status) => ({ body: JSON.stringify(refusal(status)) }),
  };
}
