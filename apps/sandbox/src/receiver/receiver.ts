import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Faults } from '../faults';
import { HttpListener, readBody } from '../http';
import type { Journal, ReceiverEntries } from '../journal';
import type { ScriptHolder } from '../script';

export interface ReceiverOptions {
  readonly journal: Journal<ReceiverEntries>;
  readonly faults: Faults;
  readonly script: ScriptHolder;
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
}

/** Messages whose attempts are counted; the oldest go first. */
const MAX_COUNTED = 10_000;
const headersOfInterest = ['content-type', 'user-agent', 'authorization'];

/** A customer's server: takes every request that comes, on any path, writes it down as it came, and answers as scripted. */
export class Receiver {
  private readonly listener: HttpListener;
  private readonly attempts = new Map<string, number>();

  constructor(private readonly options: ReceiverOptions) {
    this.listener = new HttpListener(options, (request, response) => this.receive(request, response));
  }

  /** Listens; gives the port. */
  start(): Promise<number> {
    return this.listener.start();
  }

  /** Stops, and cuts what was left hanging. */
  close(): Promise<void> {
    return this.listener.close();
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readBody(request);
    const body = parse(text);
    const { faults, journal, script } = this.options;
    if (faults.take('receiver', 'lose')) {
      response.writeHead(200).end();
      return;
    }
    const path = (request.url ?? '').split('?')[0];
    const scripted = script.current.receiver.find((answer) => answer.path === path);
    const hangs = scripted?.hangs ?? faults.take('receiver', 'hang') !== undefined;
    const made = hangs ? undefined : faults.take('receiver', 'status')?.number(500);
    const status = made ?? scripted?.status ?? 200;
    journal.write('webhook', {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: interesting(request),
      body,
      ...(scripted && { text }),
      attempt: this.countAttempt(messageKey(request, body)),
      status: hangs ? null : status,
      fault: hangs ? 'hang' : made === undefined ? null : 'status',
    });
    if (hangs) return;
    if (scripted && scripted.delayMs > 0) await pause(scripted.delayMs);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(scripted?.body ?? {}));
  }

  private countAttempt(key: string): number {
    const attempt = (this.attempts.get(key) ?? 0) + 1;
    this.attempts.set(key, attempt);
    if (this.attempts.size > MAX_COUNTED) this.attempts.delete(this.attempts.keys().next().value as string);
    return attempt;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Which message this is: its id where it has one, else what it says of itself. */
function messageKey(request: IncomingMessage, body: unknown): string {
  const id = request.headers['webhook-id'];
  if (typeof id === 'string') return id;
  if (typeof body !== 'object' || body === null) return `${request.url ?? ''} ${String(body)}`;
  const { call_id, sequence, type } = body as Record<string, unknown>;
  return JSON.stringify([request.url, call_id, sequence, type]);
}

function interesting(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === 'string' && (headersOfInterest.includes(name) || /webhook|signature|^x-/.test(name)))
      headers[name] = name === 'authorization' ? value.replace(/ .*/s, ' …') : value;
  return headers;
}
