import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '@parley/kernel';
import { z } from 'zod';
import { callResource, RestError } from '../carrier';
import type { Accounts } from '../carrier';
import type { Callers } from '../callers';
import type { Faults } from '../faults';
import { HttpListener, readBody } from '../http';
import type { JournalLine, JournalName } from '../journal';
import type { ScriptHolder } from '../script';

/** What control reads of a journal. */
export interface ReadableJournal {
  after(seq: number): readonly JournalLine[];
  readonly lastSeq: number;
}

export interface ControlOptions {
  readonly journals: Readonly<Record<JournalName, ReadableJournal>>;
  readonly faults: Faults;
  readonly script: ScriptHolder;
  readonly accounts: Accounts;
  readonly callers: Callers;
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** The ports of all roles, for `GET /healthz`. */
  readonly ports: () => Readonly<Record<string, number>>;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const inboundOrder = z.strictObject({
  /** The number shown to the product; the caller's own unless given. */
  from: z.string().optional(),
  to: z.string(),
  /** Name or number of a scripted caller. */
  caller: z.string(),
});

const newAccount = z.strictObject({
  account_sid: z.string().regex(/^AC[0-9a-fA-F]{32}$/),
  auth_token: z.string().min(1),
  numbers: z.array(z.string()).default([]),
});

/**
 * How a demonstration, a test or a benchmark steers the sandbox. Nothing of the product talks to it.
 *
 * `GET /healthz` · `GET /journals` (newest seq of each) · `GET /journals/<name>?after=<seq>` · `POST /faults` ·
 * `POST /script` · `GET /script` · `POST /calls/inbound` · `GET /calls` · `POST /accounts`
 */
export class ControlServer {
  private readonly listener: HttpListener;

  constructor(private readonly options: ControlOptions) {
    this.listener = new HttpListener(options, (request, response) => this.serve(request, response));
  }

  /** Listens; gives the port. */
  start(): Promise<number> {
    return this.listener.start();
  }

  close(): Promise<void> {
    return this.listener.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: Answer;
    try {
      answer = await this.answer(request);
    } catch (error) {
      answer = failure(error);
    }
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '/', 'http://control');
    const { faults, script, accounts, journals } = this.options;
    switch (`${request.method ?? ''} ${url.pathname}`) {
      case 'GET /healthz':
        return { status: 200, body: { status: 'ok', ports: this.options.ports() } };
      case 'GET /journals':
        return {
          status: 200,
          body: Object.fromEntries(Object.entries(journals).map(([name, { lastSeq }]) => [name, lastSeq])),
        };
      case 'GET /script':
        return { status: 200, body: script.current };
      case 'POST /faults':
        faults.replace(await readJson(request));
        return { status: 200, body: {} };
      case 'POST /script':
        script.replace(await readJson(request));
        return { status: 200, body: {} };
      case 'GET /calls':
        return { status: 200, body: accounts.calls().map(callResource) };
      case 'POST /accounts':
        return this.addAccount(await readJson(request));
      case 'POST /calls/inbound':
        return this.dialIn(await readJson(request));
      default:
        return request.method === 'GET' ? this.journal(url) : unknownPath(url);
    }
  }

  private addAccount(body: unknown): Answer {
    const { account_sid: accountSid, auth_token: authToken, numbers } = parsed(newAccount, body);
    this.options.accounts.add({ accountSid, authToken, ownedNumbers: numbers });
    return { status: 201, body: {} };
  }

  private journal(url: URL): Answer {
    const name = /^\/journals\/(\w+)$/.exec(url.pathname)?.[1];
    if (name === undefined || !(name in this.options.journals)) return unknownPath(url);
    const after = Number(url.searchParams.get('after') ?? '0');
    return { status: 200, body: this.options.journals[name as JournalName].after(after) };
  }

  private async dialIn(body: unknown): Promise<Answer> {
    const { from, to, caller } = parsed(inboundOrder, body);
    const { number, person } = await this.options.callers.dialling(caller);
    const carrier = this.options.accounts.ofNumber(to);
    if (!carrier) throw new RestError(400, 21404, `${to} is not a number of any account.`);
    const record = carrier.dialIn(from ?? number, to, person);
    return { status: 201, body: { callSid: record.sid } };
  }
}

function parsed<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const { success, data, error } = schema.safeParse(body);
  if (success) return data;
  throw new AppError('invalid', 'SANDBOX.BAD_REQUEST', z.prettifyError(error), { cause: error });
}

function unknownPath(url: URL): Answer {
  return { status: 404, body: { error: `${url.pathname} is not known here` } };
}

function failure(error: unknown): Answer {
  if (error instanceof RestError) return { status: 409, body: { error: error.message, code: error.code } };
  const { code, kind, message } = AppError.from(error);
  const status = { invalid: 422, not_found: 404, conflict: 409 }[kind as string] ?? 500;
  return { status, body: { error: message, code } };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = await readBody(request);
  try {
    return JSON.parse(text || '{}');
  } catch (cause) {
    throw new AppError('invalid', 'SANDBOX.BAD_REQUEST', 'The body is not JSON.', { cause });
  }
}
