import { performance } from 'node:perf_hooks';
import { Agent, request } from 'undici';

export interface ApiRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Goes as it is. */
  readonly body?: string | Buffer | null;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The type without its parameters; empty when there is none. */
  readonly mediaType: string;
  readonly text: string;
  /** What the text says as JSON; undefined when it is none. */
  // Tests read many shapes.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
  readonly json: any;
  readonly tookMs: number;
}

/** Requests with one key, as they are. Nothing is retried, no answer is an error. */
export class ApiClient {
  private readonly connections = new Agent({ connections: 64, pipelining: 1, headersTimeout: 20_000 });

  constructor(
    readonly url: string,
    readonly key: string,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** The same, with more headers in each request. */
  with(headers: Readonly<Record<string, string>>): ApiClient {
    return new ApiClient(this.url, this.key, { ...this.headers, ...headers });
  }

  /** Sends exactly this, without a key unless the headers hold one. */
  async raw({ method, path, headers = {}, body = null }: ApiRequest): Promise<ApiAnswer> {
    const startedAt = performance.now();
    const response = await request(this.url + path, {
      method: method as 'GET',
      headers,
      body,
      dispatcher: this.connections,
    });
    const text = await response.body.text();
    return {
      status: response.statusCode,
      headers: response.headers,
      mediaType:
        String(response.headers['content-type'] ?? '')
          .split(';')[0]
          ?.trim() ?? '',
      text,
      json: parsed(text),
      tookMs: performance.now() - startedAt,
    };
  }

  send(sent: ApiRequest): Promise<ApiAnswer> {
    const headers = { authorization: `Bearer ${this.key}`, ...this.headers, ...sent.headers };
    return this.raw({ ...sent, headers });
  }

  get(path: string): Promise<ApiAnswer> {
    return this.send({ method: 'GET', path });
  }

  /** Without a body there is no content type either. */
  post(path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<ApiAnswer> {
    if (body === undefined) return this.send({ method: 'POST', path, headers });
    const json = { 'content-type': 'application/json', ...headers };
    return this.send({ method: 'POST', path, headers: json, body: JSON.stringify(body) });
  }

  /** What a POST made; throws with the answer when it was refused. */
  async make(path: string, body?: unknown): Promise<{ id: string; [field: string]: unknown }> {
    const answer = await this.post(path, body);
    if (answer.status !== 200) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
    return answer.json as { id: string };
  }

  close(): Promise<void> {
    return this.connections.close();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
