import { IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { TranscriberEntries } from '../journal';
import type { ProviderOptions, ProviderServer } from './provider-server';

/** What a session is opened with. */
export interface SessionFacts {
  /** From 1, counted per provider. */
  readonly number: number;
  /** Which session this is for the faults. */
  readonly faultIndex: number;
}

/** How a vendor words a handshake that it refuses. */
export interface RefusalAnswer {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One WebSocket endpoint that hears audio. */
export interface SessionKind {
  readonly paths: readonly string[];
  /** The name by which faults are aimed at it. */
  readonly provider: string;
  /** The key that the client showed; undefined when it showed none. */
  keyOf(request: IncomingMessage, url: URL): string | undefined;
  /** Reads what the client asks for: what runs the session, or the reason of a 400. */
  admit(url: URL): string | ((socket: WebSocket, facts: SessionFacts) => void);
  refusal(status: number, reason: string | undefined, number: number): RefusalAnswer;
}

const SLOW_MS = 5000;
const SECRET_FIELD = /subscription-key|^token$|api-key/i;

/** Takes the WebSocket handshakes of a provider's server, or refuses them as the vendor does. */
export class SessionDoor {
  private readonly sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  private sessions = 0;

  constructor(
    private readonly options: ProviderOptions<TranscriberEntries>,
    private readonly kinds: readonly SessionKind[],
    server: ProviderServer,
  ) {
    server.http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', (error) => options.logger.debug({ err: error }, 'transcriber handshake broke off'));
      this.welcome(request, socket, head);
    });
  }

  close(): void {
    for (const socket of this.sockets.clients) socket.terminate();
    this.sockets.close();
  }

  private welcome(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { faults, journal } = this.options;
    const number = ++this.sessions;
    const faultIndex = faults.nextIndex('transcriber');
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const kind = this.kinds.find(({ paths }) => paths.includes(url.pathname));
    if (!kind) {
      this.refuse(socket, number, 404, { body: 'Not Found' });
      return;
    }
    const refuse = (status: number, reason?: string) =>
      this.refuse(socket, number, status, kind.refusal(status, reason, number));
    const key = kind.keyOf(request, url);
    if (!key || (this.options.apiKey !== undefined && key !== this.options.apiKey)) {
      refuse(401);
      return;
    }
    const status = faults.take('transcriber', 'status', faultIndex, kind.provider);
    if (status) {
      journal.write('fault', { fault: 'status', session: number, value: status.value });
      refuse(status.number(500));
      return;
    }
    const run = kind.admit(url);
    if (typeof run === 'string') {
      refuse(400, run);
      return;
    }
    this.afterDelay(socket, { number, faultIndex }, kind.provider, () =>
      this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
        journal.write('session_opened', { session: number, path: url.pathname, query: queryFields(url) });
        run(webSocket, { number, faultIndex });
      }),
    );
  }

  private afterDelay(socket: Duplex, facts: SessionFacts, provider: string, open: () => void): void {
    const { faults, journal, clock } = this.options;
    const slow = faults.take('transcriber', 'slowFirstByteMs', facts.faultIndex, provider);
    if (!slow) {
      open();
      return;
    }
    journal.write('fault', { fault: 'slowFirstByteMs', session: facts.number, value: slow.value });
    const cancel = clock.after(slow.number(SLOW_MS), open);
    socket.on('close', cancel);
  }

  private refuse(socket: Duplex, number: number, status: number, answer: RefusalAnswer): void {
    this.options.journal.write('session_refused', { session: number, status });
    const headers = {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(answer.body)),
      ...answer.headers,
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.end(
      [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`, ...lines, '', answer.body].join('\r\n'),
    );
  }
}

/** The query as it goes into the journal: a parameter that repeats becomes a list; a key is not shown. */
export function queryFields({ searchParams }: URL): Record<string, string | readonly string[]> {
  const fields: Record<string, string | readonly string[]> = {};
  for (const name of new Set(searchParams.keys())) {
    const values = SECRET_FIELD.test(name) ? ['***'] : searchParams.getAll(name);
    fields[name] = values.length === 1 ? (values[0] as string) : values;
  }
  return fields;
}
