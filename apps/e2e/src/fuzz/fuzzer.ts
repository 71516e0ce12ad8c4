import type { KeyProfile } from '@parley/contracts';
import fc, { Arbitrary } from 'fast-check';
import type { ApiAnswer, ApiClient } from '../api/api-client';
import type { ServedDocument, ServedOperation } from '../api/served-document';
import { verdictsOf } from './checks';
import { connectedAccounts } from './choices';
import { Findings } from './findings';
import type { FuzzRequest, Intent } from './fuzz-request';
import { KnownObjects } from './known-objects';
import { RequestMaker } from './request-maker';

export interface FuzzOptions {
  readonly client: ApiClient;
  readonly documents: Readonly<Record<KeyProfile, ServedDocument>>;
  /** Keys of one user. */
  readonly keys: Readonly<Record<'latest' | 'seed', string>>;
  /** A connection of the user's to an account at the carrier, which has the numbers that are dialled. */
  readonly connectionId: string;
  readonly requests: number;
  readonly seed: number;
  readonly atOnce: number;
  readonly onProgress?: (done: number, findings: Findings) => void;
}

/** How often an operation is drawn, beside 10 for all others. Numbers on sale and people to call are few. */
const weights: Readonly<Record<string, number>> = {
  'GET /metrics': 1,
  'POST /v1/numbers/buy': 2,
  'POST /v1/numbers/link': 4,
  'POST /v1/calls/create': 6,
};
/** So that lists stay lists of something, but numbers are left on sale. */
const mostNumbers = 40;

const resources = [
  'actions',
  'agents',
  'voices',
  'webhooks',
  'prompts',
  'vector_databases',
  'account_connections',
];

/** Sends random requests of every sort, checks every answer, and goes on with what it has made. */
export class Fuzzer {
  private readonly known = new KnownObjects();
  private readonly maker: RequestMaker;
  private readonly findings: Findings;
  private readonly wheel: readonly ServedOperation[];
  private drawn = 0;
  /** What is done with numbers on sale, one after the other: a number that is given up must not be bought meanwhile. */
  private buying: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: FuzzOptions) {
    const { documents, keys, client } = options;
    this.maker = new RequestMaker(documents.latest, keys, this.known);
    this.findings = new Findings(client.url);
    this.wheel = documents.latest.operations.flatMap((operation) =>
      Array<ServedOperation>(weights[operation.name] ?? 10).fill(operation),
    );
  }

  async run(): Promise<Findings> {
    await this.firstObjects();
    const workers = Array.from({ length: this.options.atOnce }, async () => {
      while (this.findings.requests < this.options.requests) await this.step();
    });
    await Promise.all(workers);
    return this.findings;
  }

  /** Something of each kind, for others to refer to. */
  private async firstObjects(): Promise<void> {
    this.known.add(connectedAccounts, this.options.connectionId);
    for (const kind of resources) await this.lifecycle(kind);
    // The first number is kept, the second is given up again.
    for (let numbers = 0; numbers < 2; numbers++) await this.numberLifecycle();
  }

  private async step(): Promise<void> {
    const dice = this.draw(fc.nat(99));
    if (dice === 0 && this.findings.requests % 7 === 0) await this.alone(() => this.numberLifecycle());
    else if (dice < 5) await this.lifecycle(this.draw(fc.constantFrom(...resources)));
    else {
      const sent = this.draw(this.maker.any(this.next()));
      if (sent.path.startsWith('/v1/numbers/buy')) await this.alone(() => this.send(sent));
      else await this.send(sent);
    }
  }

  private alone<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.buying.then(work);
    this.buying = mine.catch(() => undefined);
    return mine;
  }

  private next(): ServedOperation {
    const operation = this.draw(fc.constantFrom(...this.wheel));
    const isFull = this.known.count('numbers') >= mostNumbers;
    return isFull && operation.name === 'POST /v1/numbers/buy'
      ? this.operation('POST /v1/numbers/cancel')
      : operation;
  }

  /** Each draw has a seed of its own, so that a run is repeated by its seed alone. */
  private draw<T>(arbitrary: Arbitrary<T>): T {
    const [value] = fc.sample(arbitrary, { seed: this.options.seed + this.drawn++, numRuns: 1 });
    return value as T;
  }

  private operation(name: string): ServedOperation {
    return this.options.documents.latest.operation(name);
  }

  /** create → get → update → get → list: what was made is there at once, in all of them. */
  private async lifecycle(kind: string): Promise<void> {
    const made = await this.made(kind);
    if (made === undefined) return;
    const { id, type } = made;
    await this.readBack(kind, id);
    const update = this.operation(`POST /v1/${kind}/update`);
    await this.plain(update, { id }, type === undefined ? {} : { type }, { kind: 'valid', isCertain: true });
    await this.readBack(kind, id);
    const list = this.operation(`GET /v1/${kind}/list`);
    await this.plain(list, { size: '100' }, undefined, { kind: 'read back', id });
  }

  private async made(kind: string): Promise<{ id: string; type?: string } | undefined> {
    const create = this.operation(`POST /v1/${kind}/create`);
    for (let tries = 0; tries < 20; tries++) {
      const answer = await this.send(this.draw(this.maker.fittingOnly(create)));
      if (answer.status === 200) return answer.json as { id: string; type?: string };
    }
    return undefined;
  }

  private readBack(kind: string, id: string): Promise<ApiAnswer> {
    return this.plain(this.operation(`GET /v1/${kind}`), { id }, undefined, { kind: 'read back', id });
  }

  /** buy → get → update → cancel → use: what was given up cannot be used. */
  private async numberLifecycle(): Promise<void> {
    const certain: Intent = { kind: 'valid', isCertain: true };
    const bought = await this.plain(this.operation('POST /v1/numbers/buy'), {}, {}, certain);
    if (bought.status !== 200) return;
    const { number, id } = bought.json as { number: string; id: string };
    const query = { phone_number: number };
    await this.plain(this.operation('GET /v1/numbers'), query, undefined, { kind: 'read back', id });
    await this.plain(this.operation('POST /v1/numbers/update'), query, { label: 'x' }, certain);
    if (this.known.count('numbers') < 2) return;
    await this.plain(this.operation('POST /v1/numbers/cancel'), query, undefined, certain);
    const freed: Intent = { kind: 'use after free' };
    await this.plain(this.operation('POST /v1/numbers/update'), query, { label: 'y' }, freed);
    const agent = this.known.pick('agents', 0);
    const call = { from_number: number, to_number: '14155552671', agent };
    await this.plain(this.operation('POST /v1/calls/create'), {}, call, freed);
  }

  private plain(
    operation: ServedOperation,
    query: Record<string, string>,
    body: unknown,
    intent: Intent,
  ): Promise<ApiAnswer> {
    return this.send(this.maker.plain(operation, query, body, intent));
  }

  private async send(drawn: FuzzRequest): Promise<ApiAnswer> {
    const { client, documents, onProgress } = this.options;
    const asked = new URLSearchParams(drawn.path.split('?')[1]).get('phone_number');
    // However it is written, it is the same number.
    const number = asked?.replace(/\D/g, '') ?? null;
    // From here on nobody can be certain of it.
    if (number !== null && drawn.operation.path === '/v1/numbers/cancel')
      this.known.remove('numbers', number);
    // The first failure may be a connection that had been idle for too long.
    const answer = await client.raw(drawn).catch(() => client.raw(drawn).catch(noAnswer));
    const isGone = number !== null && !this.known.has(number) && drawn.intent.kind === 'valid';
    const sent: FuzzRequest = isGone ? { ...drawn, intent: { kind: 'valid', isCertain: false } } : drawn;
    this.findings.add(sent, answer, verdictsOf(sent, answer, documents[sent.profile]));
    this.remember(sent, answer);
    onProgress?.(this.findings.requests, this.findings);
    return answer;
  }

  private remember({ operation, path }: FuzzRequest, { status, json }: ApiAnswer): void {
    const kind = operation.path.split('/')[2] ?? '';
    if (status !== 200 || operation.method !== 'POST') return;
    const { id, type, number } = json as { id?: string; type?: string; number?: string };
    if (/\/numbers\/(buy|link)/.test(path) && number !== undefined) this.known.add('numbers', number);
    else if (path.includes('/create') && id !== undefined) this.known.add(kind, id, type);
  }
}

/** A connection that ends without an answer is as bad as a 500. */
function noAnswer(error: unknown): ApiAnswer {
  const text = `no answer: ${String(error)}`;
  return { status: 599, headers: {}, mediaType: '', text, json: undefined, tookMs: 0 };
}
