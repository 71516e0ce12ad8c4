import { IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { ProviderServer, sendJson } from '../provider-server';
import { queryFields, readListenQuery } from './listen-query';
import { ListeningSession, SessionOptions } from './listening-session';

const errorCodes: Readonly<Record<number, readonly [string, string]>> = {
  400: ['Bad Request', 'The request is wrong.'],
  401: ['INVALID_AUTH', 'Invalid credentials.'],
  402: ['ASR_PAYMENT_REQUIRED', 'Project does not have enough credits.'],
  403: ['INSUFFICIENT_PERMISSIONS', 'The project has no access to this model.'],
  429: ['TOO_MANY_REQUESTS', 'Too many requests. Please try again later.'],
  503: ['SERVICE_UNAVAILABLE', 'No capacity.'],
};
const SLOW_MS = 5000;

/** Deepgram's live transcription: the WebSocket `/v1/listen`. */
export class DeepgramProvider {
  private readonly server: ProviderServer;
  private readonly sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  private sessions = 0;

  constructor(private readonly options: SessionOptions) {
    this.server = new ProviderServer(options, (_request, response) =>
      sendJson(response, 404, { err_code: 'Not Found', err_msg: 'Not Found', request_id: 'none' }),
    );
    this.server.http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', (error) => options.logger.debug({ err: error }, 'transcriber handshake broke off'));
      this.welcome(request, socket, head);
    });
  }

  /** Resolves to the port. */
  start(): Promise<number> {
    return this.server.start();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    this.sockets.close();
    await this.server.close();
  }

  private welcome(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { faults, journal, clock } = this.options;
    const number = ++this.sessions;
    const faultIndex = faults.nextIndex('transcriber');
    const url = new URL(request.url ?? '/', 'http://sandbox');
    if (url.pathname !== '/v1/listen') {
      this.refuse(socket, number, 404);
      return;
    }
    const [, scheme, key] = /^(Token|Bearer) (.+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (!scheme || (this.options.apiKey !== undefined && key !== this.options.apiKey)) {
      this.refuse(socket, number, 401);
      return;
    }
    const status = faults.take('transcriber', 'status', faultIndex);
    if (status) {
      journal.write('fault', { fault: 'status', session: number, value: status.value });
      this.refuse(socket, number, status.number(500));
      return;
    }
    const query = readListenQuery(url.searchParams);
    if (typeof query === 'string') {
      this.refuse(socket, number, 400, query);
      return;
    }
    const open = () =>
      this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const fields = queryFields(url.searchParams);
        journal.write('session_opened', { session: number, path: url.pathname, query: fields });
        new ListeningSession(this.options, number, query, webSocket, faultIndex).start();
      });
    const slow = faults.take('transcriber', 'slowFirstByteMs', faultIndex);
    if (!slow) {
      open();
      return;
    }
    journal.write('fault', { fault: 'slowFirstByteMs', session: number, value: slow.value });
    const cancel = clock.after(slow.number(SLOW_MS), open);
    socket.on('close', cancel);
  }

  private refuse(socket: Duplex, number: number, status: number, reason?: string): void {
    this.options.journal.write('session_refused', { session: number, status });
    const [code, message] = errorCodes[status] ?? ['INTERNAL_SERVER_ERROR', 'Internal error.'];
    const requestId = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
    const body = JSON.stringify({ err_code: code, err_msg: reason ?? message, request_id: requestId });
    socket.end(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
        'content-type: application/json',
        `content-length: ${Buffer.byteLength(body)}`,
        `dg-request-id: ${requestId}`,
        `dg-error: ${reason ?? message}`,
        'connection: close',
        '',
        body,
      ].join('\r\n'),
    );
  }
}
