import type { IncomingMessage } from 'node:http';
import { ProviderServer, sendJson } from '../provider-server';
import { SessionDoor, SessionKind } from '../session-door';
import { readFluxQuery } from './flux-query';
import { FluxSession } from './flux-session';
import { readListenQuery } from './listen-query';
import { ListeningSession, SessionOptions } from './listening-session';
import { requestIdOf } from './request-id';

const errorCodes: Readonly<Record<number, readonly [string, string]>> = {
  400: ['Bad Request', 'The request is wrong.'],
  401: ['INVALID_AUTH', 'Invalid credentials.'],
  402: ['ASR_PAYMENT_REQUIRED', 'Project does not have enough credits.'],
  403: ['INSUFFICIENT_PERMISSIONS', 'The project has no access to this model.'],
  429: ['TOO_MANY_REQUESTS', 'Too many requests. Please try again later.'],
  503: ['SERVICE_UNAVAILABLE', 'No capacity.'],
};

/** Deepgram's live transcription: the WebSockets `/v1/listen` and `/v2/listen` (Flux). */
export class DeepgramProvider {
  private readonly server: ProviderServer;
  private readonly door: SessionDoor;

  constructor(private readonly options: SessionOptions) {
    this.server = new ProviderServer(options, (_request, response) =>
      sendJson(response, 404, { err_code: 'Not Found', err_msg: 'Not Found', request_id: 'none' }),
    );
    this.door = new SessionDoor(options, [this.listenV1(), this.listenV2()], this.server);
  }

  /** Resolves to the port. */
  start(): Promise<number> {
    return this.server.start();
  }

  async close(): Promise<void> {
    this.door.close();
    await this.server.close();
  }

  private listenV1(): SessionKind {
    return {
      paths: ['/v1/listen'],
      provider: 'deepgram',
      keyOf,
      refusal,
      admit: ({ searchParams }) => {
        const query = readListenQuery(searchParams);
        if (typeof query === 'string') return query;
        return (socket, facts) => new ListeningSession(this.options, facts, query, socket).start();
      },
    };
  }

  private listenV2(): SessionKind {
    return {
      paths: ['/v2/listen'],
      provider: 'deepgram_flux',
      keyOf,
      refusal,
      admit: ({ searchParams }) => {
        const query = readFluxQuery(searchParams);
        if (typeof query === 'string') return query;
        return (socket, facts) => new FluxSession(this.options, facts, query, socket).start();
      },
    };
  }
}

function keyOf(request: IncomingMessage): string | undefined {
  return /^(?:Token|Bearer) (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

function refusal(status: number, reason: string | undefined, number: number) {
  const [code, message] = errorCodes[status] ?? ['INTERNAL_SERVER_ERROR', 'Internal error.'];
  const requestId = requestIdOf(number);
  return {
    headers: { 'dg-request-id': requestId, 'dg-error': reason ?? message },
    body: JSON.stringify({ err_code: code, err_msg: reason ?? message, request_id: requestId }),
  };
}
