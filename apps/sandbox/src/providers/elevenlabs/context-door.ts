import { IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { SpeechDesk } from '../speech/speech-desk';
import { socketQuery } from './context-body';
import { ContextSession } from './context-session';
import { elevenLabsSpeech } from './elevenlabs-speech';

const PATH = /^\/v1\/text-to-speech\/[^/]+\/multi-stream-input$/;

/** Takes the handshakes of multi-context sockets, or refuses them. */
export class ContextDoor {
  private readonly sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });

  constructor(
    private readonly desk: SpeechDesk,
    private readonly apiKey: string | undefined,
  ) {}

  welcome(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { faults, journal, logger } = this.desk.options;
    socket.on('error', (error) => logger.debug({ err: error }, 'voice handshake broke off'));
    const url = new URL(request.url ?? '/', 'http://sandbox');
    const key = elevenLabsSpeech.keyOf(request.headers);
    const query = socketQuery(url);
    const status = faults.take('voice', 'status', undefined, 'eleven_labs');
    if (!PATH.test(url.pathname)) this.refuse(socket, 404);
    else if (!key || (this.apiKey !== undefined && key !== this.apiKey)) this.refuse(socket, 401);
    else if (status) {
      journal.write('fault', { fault: 'status', value: status.value });
      this.refuse(socket, status.number(500));
    } else if (!query) this.refuse(socket, 400);
    else
      this.sockets.handleUpgrade(request, socket, head, (webSocket) =>
        new ContextSession(this.desk, webSocket, { path: url.pathname, ...query }).start(),
      );
  }

  close(): void {
    for (const socket of this.sockets.clients) socket.terminate();
    this.sockets.close();
  }

  private refuse(socket: Duplex, status: number): void {
    this.desk.options.journal.write('refused', { request: this.desk.nextRequest(), status });
    const { body } = elevenLabsSpeech.refusal(status);
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    socket.end([...head, '', body].join('\r\n'));
  }
}
