import { newId } from '@parley/kernel';
import type { ApiAnswer } from '../api/api-client';
import { ServedDocument, ServedOperation } from '../api/served-document';
import { Tenant, Tenants } from '../api/tenants';
import { RunningSystem } from '../running-system';
import { DatabaseRows } from './database-rows';
import { MinimalValues } from './minimal-value';
import { kindAt, kindOfReference, referencePlaces } from './reference-places';
import { makeWorld, World } from './world';

interface Attempt {
  readonly operation: ServedOperation;
  /** `query.id`, `body.agent.prompt`. */
  readonly place: string;
  readonly kind: string;
  /** The request with this id at the place. */
  readonly with: (id: string) => { path: string; body: unknown };
}

/** What the objects that are updated are, where the first alternative is something else. */
const typeOf: Readonly<Record<string, object>> = {
  account_connections: { type: 'account_connection_twilio' },
  actions: { type: 'action_dtmf' },
};

/** When a key was last used, and that a number was asked for: noted whatever comes of it. */
const notes = ['config.api_keys', 'calls.number_orders'];

describe('another user’s ids', () => {
  let system: RunningSystem;
  let tenants: Tenants;
  let document: ServedDocument;
  let rows: DatabaseRows;
  let [owner, other]: [Tenant | undefined, Tenant | undefined] = [undefined, undefined];
  let [owners, others]: [World, World] = [{}, {}];

  beforeAll(async () => {
    system = RunningSystem.attach();
    tenants = new Tenants(system);
    await system.control('POST', '/faults', { carrier: { answer: { value: 'busy' } } });
    rows = await DatabaseRows.of(system.run.databaseUrl);
    [owner, other] = [await tenants.user('owner'), await tenants.user('other')];
    document = await ServedDocument.of(owner.client, 'latest');
    owners = await makeWorld(owner, system);
    others = await makeWorld(other, system);
  });

  afterAll(async () => {
    await system.control('POST', '/faults', {});
    await rows.close();
    await tenants.close();
  });

  const numberFor = (field: string): string =>
    ({ from_number: others['numbers'], phone_number: others['carrier_numbers'] })[field] ?? '14155552671';

  /** Every place of every operation where an id stands. */
  const attempts = (): Attempt[] => {
    const values = new MinimalValues(document.document, (field, format) =>
      format === 'uuid' ? (others[kindOfReference[field] ?? ''] ?? newId()) : numberFor(field),
    );
    return document.operations.flatMap((operation) => {
      const schema = document.bodySchema(operation);
      const kind = operation.path.split('/')[2] ?? '';
      const required = (operation.spec.parameters ?? []).filter(
        (each) => each.in === 'query' && each.required,
      );
      const query = required.map(({ name }) => `${name}=${others[name === 'id' ? kind : 'numbers'] ?? ''}`);
      const own = operation.path + (query.length > 0 ? `?${query.join('&')}` : '');
      const plain = (): unknown => {
        if (!schema) return undefined;
        const body = values.of(schema);
        return typeof body === 'object' && operation.path.endsWith('/update')
          ? { ...body, ...typeOf[kind] }
          : body;
      };
      const inQuery = required.map(({ name }): Attempt => ({
        ...{ operation, place: `query.${name}`, kind: name === 'id' ? kind : 'numbers' },
        with: (id) => ({ path: `${operation.path}?${name}=${encodeURIComponent(id)}`, body: plain() }),
      }));
      const inPath: Attempt[] = operation.path.includes('{id}')
        ? [
            {
              operation,
              place: 'path',
              kind,
              with: (id) => ({ path: operation.path.replace('{id}', id), body: plain() }),
            },
          ]
        : [];
      const inBody = (schema ? referencePlaces(schema, document.document) : []).map((place): Attempt => ({
        ...{ operation, place: ['body', ...place].join('.'), kind: kindAt(place) },
        with: (id) => ({ path: own, body: values.holding(schema ?? {}, place, id) }),
      }));
      return [...inQuery, ...inPath, ...inBody];
    });
  };

  const send = ({ operation, with: request }: Attempt, id: string): Promise<ApiAnswer> => {
    const { path, body } = request(id);
    return operation.method === 'GET' ? other!.client.get(path) : other!.client.post(path, body);
  };

  const digests = async () => [
    await rows.digestsOf(owner!.userId, notes),
    await rows.digestsOf(other!.userId, notes),
  ];

  const strangeId = (kind: string): string => (kind === 'numbers' ? '14155559999' : newId());

  it('are as unknown as ids that nobody has, in every operation and every place', async () => {
    const before = await digests();
    const wrong: string[] = [];
    const tried = attempts();
    for (const attempt of tried) {
      const name = `${attempt.operation.name} ${attempt.place}`;
      const strange = await send(attempt, strangeId(attempt.kind));
      if (strange.status !== 404)
        wrong.push(`${name}: an unknown id gives ${strange.status} ${strange.text}`);
      const id = owners[attempt.kind] ?? '';
      for (const spelt of [id, id.toUpperCase()]) {
        const answer = await send(attempt, spelt);
        if (answer.status !== strange.status || answer.text !== strange.text)
          wrong.push(`${name}: another user’s id gives ${answer.status} ${answer.text}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(tried.length).toBeGreaterThan(80);
    expect(await digests()).toEqual(before);
  }, 60_000);

  it('are in no list', async () => {
    const lists = document.operations.filter(({ path }) => path.endsWith('/list'));
    for (const { path } of lists) {
      const { status, text } = await other!.client.get(`${path}?size=1000`);
      expect([path, status, text.includes(owner!.userId)]).toEqual([path, 200, false]);
    }
    expect(lists).toHaveLength(9);
  });

  it('would have been found: each request is right but for the id', async () => {
    const wrong: string[] = [];
    // Numbers that the carrier sells are few, and what is cancelled is gone.
    const costly = /numbers\/(buy|cancel|link)|steering_pool|recording/;
    for (const attempt of attempts().filter(({ operation }) => !costly.test(operation.path))) {
      const answer = await send(attempt, others[attempt.kind] ?? '');
      if (answer.status !== 200)
        wrong.push(`${attempt.operation.name} ${attempt.place}: ${answer.status} ${answer.text}`);
    }
    expect(wrong).toEqual([]);
  }, 60_000);
});
