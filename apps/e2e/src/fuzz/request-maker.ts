import type { KeyProfile } from '@parley/contracts';
import { NegativeValue, NegativeValues, OpenApiParameter, ValidValues } from '@parley/contracts/testing';
import fc, { Arbitrary } from 'fast-check';
import type { ServedDocument, ServedOperation } from '../api/served-document';
import { choicesFrom } from './choices';
import type { FuzzRequest, Intent } from './fuzz-request';
import { hostileBodies } from './hostile-bodies';
import type { KnownObjects } from './known-objects';
import { negativeTexts, textOf } from './query-texts';

interface Draft {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | null;
  readonly intent: Intent;
}

interface Payload {
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

const none: Payload = { body: null, headers: {} };
const json = { 'content-type': 'application/json' };
const asJson = (value: unknown): Payload => ({ body: JSON.stringify(value), headers: json });
/** How clients send no body with a POST: the Node SDK, the Python SDK, Go's. */
const empties: readonly Payload[] = [
  { body: null, headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '0' } },
  none,
  { body: 'null', headers: json },
];

const sdkHeaders: readonly Readonly<Record<string, string>>[] = [
  {},
  {
    'x-fern-language': 'JavaScript',
    'x-fern-sdk-name': '@vocode/vocode-api',
    'x-fern-sdk-version': '0.0.46',
  },
  { 'x-fern-language': 'Python', 'x-fern-sdk-name': 'vocode-api', 'x-fern-sdk-version': '0.0.48' },
  {
    'x-fern-language': 'JavaScript',
    'x-fern-sdk-name': '@vocode/vocode-api',
    'x-fern-sdk-version': '0.0.15',
  },
  { 'x-fern-language': 'Python', 'x-fern-sdk-name': 'vocode-api', 'x-fern-sdk-version': '0.0.22' },
  { 'x-fern-language': '\u00e9;,', 'x-fern-sdk-version': '99999999999.-1.x', 'x-fern-sdk-name': '' },
];
const profileOf: Readonly<Record<string, KeyProfile>> = { '0.0.15': 'sdk-0.0.15', '0.0.22': 'sdk-0.0.22' };

const wrongKeys = ['Bearer x', 'Bearer ', 'Basic eDp5', `Bearer parley_${'0'.repeat(22)}_${'a'.repeat(43)}`];
const otherMethods: Readonly<Record<string, readonly string[]>> = {
  GET: ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
  POST: ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
};

/** Draws requests of every sort for the operations of a document. */
export class RequestMaker {
  private readonly valid: ValidValues;
  private readonly negative: NegativeValues;
  private readonly made = new Map<string, Arbitrary<FuzzRequest>>();

  constructor(
    private readonly document: ServedDocument,
    private readonly keys: Readonly<Record<'latest' | 'seed', string>>,
    private readonly known: KnownObjects,
  ) {
    const choice = choicesFrom(known);
    this.valid = new ValidValues(document.document, choice);
    this.negative = new NegativeValues(document.document, choice);
  }

  /** Requests of every sort for one operation. */
  any(operation: ServedOperation): Arbitrary<FuzzRequest> {
    return this.once(`any ${operation.name}`, () => {
      const negatives = [...this.wrongQueries(operation), ...this.wrongBodies(operation)];
      return this.sent(
        operation,
        fc.oneof(
          { weight: 10, arbitrary: this.fitting(operation) },
          ...(negatives.length > 0 ? [{ weight: 8, arbitrary: fc.oneof(...negatives) }] : []),
          { weight: 2, arbitrary: this.odd(operation) },
        ),
      );
    });
  }

  /** Only requests that fit the document. */
  fittingOnly(operation: ServedOperation): Arbitrary<FuzzRequest> {
    return this.once(`fitting ${operation.name}`, () => this.sent(operation, this.fitting(operation)));
  }

  /** A request as it stands, with a key of the latest profile. */
  plain(
    operation: ServedOperation,
    query: Record<string, string>,
    body: unknown,
    intent: Intent,
  ): FuzzRequest {
    const payload = operation.method === 'GET' || body === undefined ? none : asJson(body);
    const draft = { method: operation.method, path: operation.path, query, ...payload, intent };
    return this.finished(operation, draft, 'latest', {});
  }

  private once(name: string, make: () => Arbitrary<FuzzRequest>): Arbitrary<FuzzRequest> {
    const known = this.made.get(name) ?? make();
    this.made.set(name, known);
    return known;
  }

  private fitting(operation: ServedOperation): Arbitrary<Draft> {
    return this.drafts(operation, this.queries(operation), this.payloads(operation)).map((draft) => ({
      ...draft,
      intent: { kind: 'valid', isCertain: this.isCertain(draft) },
    }));
  }

  private drafts(
    operation: ServedOperation,
    queries: Arbitrary<Readonly<Record<string, string>>>,
    payloads: Arbitrary<Payload>,
  ): Arbitrary<Omit<Draft, 'intent'>> {
    const kind = operation.path.split('/')[2] ?? '';
    return fc
      .tuple(queries, payloads, this.known.anyOf(kind), fc.nat(1_000))
      .map(([query, payload, id, index]) => ({
        method: operation.method,
        path: operation.path.replace('{id}', id),
        query: { ...query, ...(query['id'] !== undefined && { id: this.idFor(kind, payload, index) ?? id }) },
        ...payload,
      }));
  }

  /** An update has to name what has the type that its body repeats. */
  private idFor(kind: string, { body }: Payload, index: number): string | undefined {
    const type = /"type":"(\w+)"/.exec(body ?? '')?.[1];
    return type === undefined ? undefined : this.known.pick(`${kind} ${type}`, index);
  }

  private queries({ spec }: ServedOperation): Arbitrary<Readonly<Record<string, string>>> {
    const parameters = queryOf(spec.parameters);
    const model = Object.fromEntries(
      parameters.map(({ name, schema }) => [name, this.valid.of(schema, [name]).map(textOf)]),
    );
    const requiredKeys = parameters.filter(({ required }) => required).map(({ name }) => name);
    return fc
      .record(model, { requiredKeys })
      .map((query) =>
        Object.fromEntries(Object.entries(query).filter((entry) => entry[1] !== undefined)),
      ) as Arbitrary<Readonly<Record<string, string>>>;
  }

  private payloads(operation: ServedOperation): Arbitrary<Payload> {
    if (operation.method === 'GET') return fc.constant(none);
    const schema = this.document.bodySchema(operation);
    if (!schema) return fc.constantFrom(...empties, asJson({}));
    const whole = fc
      .tuple(this.valid.of(schema), fc.constantFrom('application/json', 'application/json; charset=utf-8'))
      .map(([value, type]) => ({ ...asJson(value), headers: { 'content-type': type } }));
    if (operation.spec.requestBody?.required) return whole;
    return fc.oneof({ weight: 3, arbitrary: whole }, { weight: 1, arbitrary: fc.constantFrom(...empties) });
  }

  private wrongBodies(operation: ServedOperation): Arbitrary<Draft>[] {
    const schema = this.document.bodySchema(operation);
    const values = schema && this.negative.of(schema);
    if (!values) return [];
    const wrong = fc.tuple(values, this.queries(operation)).chain(([value, query]) =>
      this.drafts(operation, fc.constant(query), fc.constant(asJson(value.value))).map((draft) => ({
        ...draft,
        intent: violating(value),
      })),
    );
    return [wrong];
  }

  private wrongQueries(operation: ServedOperation): Arbitrary<Draft>[] {
    const good = this.drafts(operation, this.queries(operation), this.payloads(operation));
    return queryOf(operation.spec.parameters).flatMap(({ name, schema, required }) => {
      const wrong = negativeTexts(schema, this.document).map((text) =>
        good.map((draft) => ({
          ...draft,
          query: { ...draft.query, [name]: text },
          intent: { kind: 'negative' as const, keyword: 'query', place: `query.${name}` },
        })),
      );
      const missing = good.map((draft) => ({
        ...draft,
        query: Object.fromEntries(Object.entries(draft.query).filter(([key]) => key !== name)),
        intent: { kind: 'negative' as const, keyword: 'required', place: `query.${name}` },
      }));
      return [...wrong, ...(required ? [missing] : [])];
    });
  }

  private odd(operation: ServedOperation): Arbitrary<Draft> {
    const good = this.drafts(operation, this.queries(operation), this.payloads(operation));
    const without = good.map((draft) => ({
      ...draft,
      headers: { ...draft.headers, authorization: '' },
      intent: { kind: 'without key' as const },
    }));
    const wrongKey = fc.tuple(good, fc.constantFrom(...wrongKeys)).map(([draft, authorization]) => ({
      ...draft,
      headers: { ...draft.headers, authorization },
      intent: { kind: 'wrong key' as const },
    }));
    const otherMethod = fc
      .tuple(good, fc.constantFrom(...(otherMethods[operation.method] ?? [])))
      .map(([draft, method]) => ({ ...draft, method, intent: { kind: 'unsupported method' as const } }));
    const hostile = fc.tuple(good, fc.constantFrom(...hostileBodies)).map(([draft, { type, body }]) => ({
      ...draft,
      ...{ headers: { 'content-type': type }, body, intent: { kind: 'hostile' as const } },
    }));
    const isOpen = (operation.spec.security ?? []).length === 0;
    const odd: Arbitrary<Draft>[] = [otherMethod, ...(isOpen ? [] : [without, wrongKey])];
    return fc.oneof(...odd, ...(operation.method === 'POST' ? [hostile] : []));
  }

  private sent(operation: ServedOperation, drafts: Arbitrary<Draft>): Arbitrary<FuzzRequest> {
    const key = fc.constantFrom('latest' as const, 'latest' as const, 'latest' as const, 'seed' as const);
    return fc
      .tuple(drafts, fc.constantFrom(...sdkHeaders), key)
      .map(([draft, sdk, whose]) => this.finished(operation, draft, whose, sdk));
  }

  private finished(
    operation: ServedOperation,
    { method, path, query, headers, body, intent }: Draft,
    whose: 'latest' | 'seed',
    sdk: Readonly<Record<string, string>>,
  ): FuzzRequest {
    const all = { authorization: `Bearer ${this.keys[whose]}`, ...sdk, ...headers };
    const { authorization, ...others } = all;
    const asked = new URLSearchParams(query).toString();
    const profile: KeyProfile =
      whose === 'seed' ? 'seed' : (profileOf[sdk['x-fern-sdk-version'] ?? ''] ?? 'latest');
    return {
      ...{ operation, profile, intent, method, body },
      path: asked === '' ? path : `${path}?${asked}`,
      headers: authorization === '' ? others : all,
    };
  }

  private isCertain({ path, query, body }: Omit<Draft, 'intent'>): boolean {
    const text = [path, ...Object.values(query), body?.toString() ?? ''].join(' ');
    const ids = text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi) ?? [];
    const number = query['phone_number'];
    return ids.every((id) => this.known.has(id)) && (number === undefined || this.known.has(number));
  }
}

const queryOf = (parameters: readonly OpenApiParameter[] = []) =>
  parameters.filter((parameter) => parameter.in === 'query');

const violating = ({ keyword, path }: NegativeValue): Intent => ({
  kind: 'negative',
  keyword,
  place: ['body', ...path].join('.'),
});
