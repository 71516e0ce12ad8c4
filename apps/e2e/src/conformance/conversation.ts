import type { ApiAnswer, ApiClient } from '../api/api-client';
import type { ServedDocument } from '../api/served-document';
import type { Reader } from './readers';

export interface Asked {
  readonly query?: Readonly<Record<string, string>>;
  /** None goes out as the reader sends nothing. */
  readonly body?: unknown;
  /** In place of `{id}`. */
  readonly id?: string;
  readonly status?: number;
}

/** Each vintage has shapes of its own, which its document has judged by the time that a test reads one. */
export interface Answered {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
  readonly [field: string]: any;
}

/** Requests as one reader sends them; every answer is held to the document of the reader's vintage. */
export class Conversation {
  /** The operations that were asked. */
  readonly covered = new Set<string>();

  constructor(
    private readonly client: ApiClient,
    readonly document: ServedDocument,
    readonly reader: Reader,
  ) {}

  /** The answer to an operation, whose status is 200 unless another one is expected. */
  async ask(name: string, asked: Asked = {}): Promise<Answered> {
    const operation = this.document.operation(name);
    const answer = await this.send(operation.method, operation.path, asked);
    const expected = asked.status ?? 200;
    if (answer.status !== expected)
      throw new Error(`${name} answered ${answer.status} in place of ${expected}: ${answer.text}`);
    const complaints = this.document.complaints(operation, answer);
    if (complaints.length > 0) throw new Error(`${name}: ${complaints.join('; ')}: ${answer.text}`);
    this.covered.add(name);
    return answer.json as Answered;
  }

  private send(method: string, path: string, { query = {}, body, id = '' }: Asked): Promise<ApiAnswer> {
    const { headers, empty, bodyType, pathEnd } = this.reader;
    const end = method === 'GET' && ('id' in query || 'phone_number' in query) ? pathEnd : '';
    const search = new URLSearchParams(query).toString();
    const address = path.replace('{id}', id) + end + (search === '' ? '' : `?${search}`);
    if (method === 'GET') return this.client.send({ method, path: address, headers });
    const payload =
      body === undefined ? empty : { headers: { 'content-type': bodyType }, body: JSON.stringify(body) };
    return this.client.send({
      ...{ method, path: address, body: payload.body },
      headers: { ...headers, ...payload.headers },
    });
  }
}
