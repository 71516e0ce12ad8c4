import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError } from '@parley/kernel';
import type { Clock } from '@parley/kernel';
import type { Faults } from '../faults';
import { HttpListener, readBody } from '../http';
import type { CarrierEntries, Journal } from '../journal';
import type { Accounts } from './accounts';
import type { Carrier } from './carrier';
import { parseForm, single } from './form';
import { page } from './paging';
import type { CallRecord } from './records';
import { API_VERSION, availableNumberResource, callResource, numberResource } from './resources';
import { notFound, RestError } from './rest-error';
import type { FormParams } from './signature';

export interface RestServerOptions {
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly journal: Journal<CarrierEntries>;
  readonly faults: Faults;
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
}

interface RestRequest {
  readonly method: string;
  /** Below the account: `Calls.json`, `Calls/CA….json` … */
  readonly resource: string;
  readonly path: string;
  readonly query: FormParams;
  readonly form: FormParams;
}

interface RestAnswer {
  readonly status: number;
  readonly body?: object;
}

type Handler = (request: RestRequest, carrier: Carrier, ids: readonly string[]) => RestAnswer;

const DEFAULT_AVAILABLE = 30;

/** Twilio's REST API, as far as calls and numbers go: form bodies, Basic authentication, paging, its errors. */
export class RestServer {
  private readonly listener: HttpListener;

  constructor(private readonly options: RestServerOptions) {
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
    const url = new URL(request.url ?? '/', 'http://carrier');
    const path = decodeURIComponent(url.pathname);
    const query = parseForm(url.search);
    let form: FormParams = {};
    let answer: RestAnswer;
    let errorCode: number | null = null;
    try {
      form = parseForm(await readBody(request));
      await this.suffer();
      const carrier = this.authenticate(request, path);
      const resource = path.split('/').slice(4).join('/');
      answer = route({ method: request.method ?? 'GET', resource, path, query, form }, carrier);
    } catch (error) {
      const told = asRestError(error);
      errorCode = told.code;
      answer = { status: told.status, body: told.toJson() };
    }
    this.options.journal.write('rest_request', {
      method: request.method ?? 'GET',
      path,
      params: { ...query, ...form },
      status: answer.status,
      errorCode,
    });
    reply(response, answer);
  }

  private async suffer(): Promise<void> {
    const delay = this.options.faults.take('carrier', 'restDelayMs');
    if (delay)
      await new Promise<void>((resolve) => void this.options.clock.after(delay.number(1_000), resolve));
    const status = this.options.faults.take('carrier', 'restStatus')?.number(500);
    if (status === undefined) return;
    this.options.journal.write('fault', { fault: 'restStatus', value: status });
    const code = status === 429 ? 20429 : status === 401 ? 20003 : 20500;
    throw new RestError(status, code, `HTTP ${status}`);
  }

  private authenticate(request: IncomingMessage, path: string): Carrier {
    const account = path.split('/')[3] ?? '';
    const carrier = this.options.accounts.opened(account, request.headers.authorization);
    if (!carrier) throw new RestError(401, 20003, 'Authenticate');
    if (!path.startsWith(`/${API_VERSION}/Accounts/`)) throw notFound(path);
    return carrier;
  }
}

function route(request: RestRequest, carrier: Carrier): RestAnswer {
  for (const { method, pattern, handler } of routes) {
    const ids = pattern.exec(request.resource);
    if (!ids) continue;
    if (method === request.method) return handler(request, carrier, ids.slice(1));
  }
  if (routes.some(({ pattern }) => pattern.test(request.resource)))
    throw new RestError(405, 20004, `Method ${request.method} is not allowed on ${request.path}`);
  throw notFound(request.path);
}

const routes: readonly { readonly method: string; readonly pattern: RegExp; readonly handler: Handler }[] = [
  { method: 'POST', pattern: /^Calls\.json$/, handler: createCall },
  { method: 'GET', pattern: /^Calls\.json$/, handler: listCalls },
  { method: 'GET', pattern: /^Calls\/(CA\w{32})\.json$/, handler: fetchCall },
  { method: 'POST', pattern: /^Calls\/(CA\w{32})\.json$/, handler: updateCall },
  { method: 'DELETE', pattern: /^Calls\/(CA\w{32})\.json$/, handler: deleteCall },
  {
    method: 'GET',
    pattern: /^AvailablePhoneNumbers\/([A-Z]{2})\/(Local|TollFree|Mobile)\.json$/,
    handler: listAvailable,
  },
  { method: 'POST', pattern: /^IncomingPhoneNumbers\.json$/, handler: buyNumber },
  { method: 'GET', pattern: /^IncomingPhoneNumbers\.json$/, handler: listNumbers },
  { method: 'GET', pattern: /^IncomingPhoneNumbers\/(PN\w{32})\.json$/, handler: fetchNumber },
  { method: 'POST', pattern: /^IncomingPhoneNumbers\/(PN\w{32})\.json$/, handler: updateNumber },
  { method: 'DELETE', pattern: /^IncomingPhoneNumbers\/(PN\w{32})\.json$/, handler: releaseNumber },
];

function createCall({ form }: RestRequest, carrier: Carrier): RestAnswer {
  return { status: 201, body: callResource(carrier.create(form)) };
}

function listCalls({ path, query }: RestRequest, carrier: Carrier): RestAnswer {
  const found = carrier.calls().filter((call) => fits(call, query));
  return { status: 200, body: page('calls', found, callResource, path, query) };
}

function fetchCall({ path }: RestRequest, carrier: Carrier, [sid = '']: readonly string[]): RestAnswer {
  return { status: 200, body: callResource(carrier.call(sid, path)) };
}

function updateCall(
  { path, form }: RestRequest,
  carrier: Carrier,
  [sid = '']: readonly string[],
): RestAnswer {
  return { status: 200, body: callResource(carrier.update(sid, form, path)) };
}

function deleteCall({ path }: RestRequest, carrier: Carrier, [sid = '']: readonly string[]): RestAnswer {
  carrier.forget(sid, path);
  return { status: 204 };
}

function listAvailable(
  { path, query }: RestRequest,
  carrier: Carrier,
  [country = '', kind = '']: readonly string[],
): RestAnswer {
  const count = Number(single(query, 'PageSize') ?? DEFAULT_AVAILABLE);
  const found = carrier.numbers.available(country, single(query, 'AreaCode'), count, path);
  const sold = kind === 'Local' ? found : [];
  return {
    status: 200,
    body: {
      available_phone_numbers: sold.map((number) => availableNumberResource(number, country)),
      uri: path,
    },
  };
}

function buyNumber({ form }: RestRequest, carrier: Carrier): RestAnswer {
  return { status: 201, body: numberResource(carrier.numbers.buy(form)) };
}

function listNumbers({ path, query }: RestRequest, carrier: Carrier): RestAnswer {
  const found = carrier.numbers.list(single(query, 'PhoneNumber'), single(query, 'FriendlyName'));
  return { status: 200, body: page('incoming_phone_numbers', found, numberResource, path, query) };
}

function fetchNumber({ path }: RestRequest, carrier: Carrier, [sid = '']: readonly string[]): RestAnswer {
  return { status: 200, body: numberResource(carrier.numbers.bySid(sid, path)) };
}

function updateNumber(
  { path, form }: RestRequest,
  carrier: Carrier,
  [sid = '']: readonly string[],
): RestAnswer {
  const number = carrier.numbers.change(carrier.numbers.bySid(sid, path), form);
  return { status: 200, body: numberResource(number) };
}

function releaseNumber({ path }: RestRequest, carrier: Carrier, [sid = '']: readonly string[]): RestAnswer {
  carrier.numbers.release(sid, path);
  return { status: 204 };
}

function fits(call: CallRecord, query: FormParams): boolean {
  const is = (name: string, value: string | null) => {
    const wanted = single(query, name);
    return wanted === undefined || wanted === value;
  };
  return (
    is('To', call.to) &&
    is('From', call.from) &&
    is('Status', call.status) &&
    is('ParentCallSid', call.parentCallSid) &&
    inTime(call.startMs ?? call.createdMs, query, 'StartTime') &&
    inTime(call.endMs, query, 'EndTime')
  );
}

/** `StartTime=` (a day), `StartTime>=`, `StartTime<=`, as the SDK spells them: `StartTime>` and `StartTime<` are the names. */
function inTime(timeMs: number | null, query: FormParams, name: string): boolean {
  const after = single(query, `${name}>`);
  const before = single(query, `${name}<`);
  const day = single(query, name);
  if (after === undefined && before === undefined && day === undefined) return true;
  if (timeMs === null) return false;
  if (after !== undefined && timeMs < Date.parse(after)) return false;
  if (before !== undefined && timeMs > Date.parse(before)) return false;
  return day === undefined || new Date(timeMs).toISOString().startsWith(day.slice(0, 10));
}

function asRestError(error: unknown): RestError {
  if (error instanceof RestError) return error;
  if (AppError.is(error)) return new RestError(400, 20001, error.message);
  return new RestError(500, 20500, error instanceof Error ? error.message : 'Internal Server Error');
}

function reply(response: ServerResponse, { status, body }: RestAnswer): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(status === 401 && { 'www-authenticate': 'Basic realm="Twilio API"' }),
  });
  response.end(body ? JSON.stringify(body) : undefined);
}
