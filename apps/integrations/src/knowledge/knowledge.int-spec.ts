import { knowledgeAsks, lookUp } from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { answering, CustomerServer, hanging } from '../testing/customer-server';
import { startIntegrationsHarness } from '../testing/integrations.harness';
import type { IntegrationsPlaces } from '../testing/integrations.harness';
import { DocumentStore } from './document.store';

const hours = `Opening hours. We are open from nine to five on weekdays, and on Saturdays from ten to two.

Parking. There is free parking behind the house; the entrance is in Mill Lane.

Refunds. A refund takes five working days, and goes to the card that was used.`;

describe('knowledge', () => {
  const vendor = new CustomerServer();
  let places: IntegrationsPlaces;

  beforeAll(async () => {
    await vendor.start();
    places = await startIntegrationsHarness({
      OPENAI_API_KEY: 'key-of-openai',
      OPENAI_BASE_URL: `${vendor.url}v1`,
      PINECONE_BASE_URL: vendor.url.replace(/\/$/, ''),
    });
  });
  afterAll(async () => {
    await places.close();
    await vendor.close();
  });
  beforeEach(() => (vendor.taken.length = 0));

  const put = (
    userId: string,
    params: { agent?: string | null; name?: string; content?: string; language?: 'en' | 'de' | 'ja' } = {},
    id = newId(),
  ) =>
    places.asks.ask(knowledgeAsks.put, {
      user_id: userId,
      id,
      params: { name: 'Handbook', content: hours, agent: null, ...params },
    });
  const ask = async (userId: string, agentId: string, words: string) => {
    const { passages } = await places.asks.ask(lookUp, {
      user_id: userId,
      agent_id: agentId,
      call_id: newId(),
      vector_database: null,
      words,
    });
    return passages;
  };
  const codeOf = (asked: Promise<unknown>) => asked.catch((error: unknown) => AppError.from(error).code);

  describe('in documents of one’s own', () => {
    it('is found by a question as people speak it', async () => {
      const user = newId();
      const long = Array.from(
        { length: 20 },
        (_, index) => `Chapter ${index}. ${'Something else entirely. '.repeat(40)}`,
      );
      await put(user, { content: [...long.slice(0, 10), hours, ...long.slice(10)].join('\n\n') });
      const [best] = await ask(
        user,
        newId(),
        'um, hi, could you tell me whether you are open on a Saturday?',
      );
      expect(best).toMatchObject({ source: 'Handbook' });
      expect(best?.text).toContain('on Saturdays from ten to two');
      expect(best?.score).toBeGreaterThan(0.3);
      expect(await ask(user, newId(), 'how do I get my money refunded')).not.toEqual([]);
      expect(await ask(user, newId(), 'quantum chromodynamics')).toEqual([]);
      expect(await ask(user, newId(), '?!')).toEqual([]);
    });

    it.each<['de' | 'ja', string, string]>([
      [
        'de',
        'Die Praxis ist samstags geöffnet. Termine gibt es telefonisch.',
        'Habt ihr am Samstag geöffnet?',
      ],
      ['ja', '営業時間は午前九時から午後五時までです。', '営業時間を教えてください'],
    ])('is found in %s', async (language, content, words) => {
      const user = newId();
      await put(user, { content, language });
      expect(await ask(user, newId(), words)).toHaveLength(1);
    });

    it('belongs to an agent, or to all agents of the user, and to nobody else', async () => {
      const [user, stranger, agent, other] = [newId(), newId(), newId(), newId()] as const;
      await put(user, { agent, content: 'The password of the safe is swordfish.' });
      const words = 'what is the password of the safe';
      expect(await ask(user, agent, words)).toHaveLength(1);
      expect(await ask(user, other, words)).toEqual([]);
      expect(await ask(stranger, agent, words)).toEqual([]);
      const has = (user_id: string, agent_id: string) =>
        places.asks.ask(knowledgeAsks.has, { user_id, agent_id }).then((answer) => answer.has);
      expect(await Promise.all([has(user, agent), has(user, other), has(stranger, agent)])).toEqual([
        true,
        false,
        false,
      ]);
      await put(user, { agent: null });
      expect(await has(user, other)).toBe(true);
    });

    it('is put in place of what was there, listed without its text, read, and removed', async () => {
      const user = newId();
      const { id } = await put(user, { content: 'The code is alpha.' });
      await put(user, { content: 'The code is bravo.', name: 'Codes' }, id);
      const found = await ask(user, newId(), 'the code');
      expect(found.map(({ text, source }) => [text, source])).toEqual([['The code is bravo.', 'Codes']]);
      const stretch = { offset: 0, limit: 10, agent: null };
      const list = await places.asks.ask(knowledgeAsks.list, { user_id: user, ...stretch });
      expect(list).toMatchObject({
        total: 1,
        items: [{ id, name: 'Codes', chars: 18, agent: null, language: 'en' }],
      });
      expect((await places.asks.ask(knowledgeAsks.get, { user_id: user, id })).content).toBe(
        'The code is bravo.',
      );
      expect(await codeOf(places.asks.ask(knowledgeAsks.get, { user_id: newId(), id }))).toBe(
        'KNOWLEDGE.NOT_FOUND',
      );
      const remove = (user_id: string) => places.asks.ask(knowledgeAsks.delete, { user_id, id });
      expect([await remove(newId()), await remove(user), await remove(user)]).toEqual([
        { existed: false },
        { existed: true },
        { existed: false },
      ]);
      expect(await ask(user, newId(), 'the code')).toEqual([]);
      const left = await places.database.query('SELECT 1 FROM passage_words WHERE user_id = $1', [user]);
      expect(left).toEqual([]);
    });

    it('prints how long a question takes among 10,000 passages', async () => {
      const store = new DocumentStore(places.database);
      const [user, agent, id] = [newId(), newId(), newId()];
      await put(user, {}, id);
      await places.database.query('UPDATE documents SET passages = 10000 WHERE id = $1', [id]);
      await places.database.query(
        `INSERT INTO passages SELECT $1, $2, n, 'A passage of about eight hundred characters. ' || repeat('x ', 380)
         FROM generate_series(10, 10009) AS n`,
        [user, id],
      );
      // The words that are asked: the most common one in 6,000 passages, the rarest in 36.
      await places.database.query(
        `INSERT INTO passage_words (user_id, document_id, agent_id, word, position, times)
         SELECT $1, $2, '00000000-0000-0000-0000-000000000000', 'term' || r, 10 + floor(10000 * random()), 1
         FROM generate_series(1, 300) AS r, generate_series(1, ceil(6000 / r ^ 0.9)::integer)
         ON CONFLICT DO NOTHING`,
        [user, id],
      );
      await places.database.query('VACUUM ANALYZE passage_words');
      const word = () => `term${Math.ceil(300 * Math.random())}`;
      const timesMs: number[] = [];
      let found = 0;
      for (let round = 0; round < 200; round += 1) {
        const words = Array.from({ length: 10 }, word).join(' ');
        const startedMs = performance.now();
        if ((await store.find(user, agent, words, 3)).length > 0) found += 1;
        timesMs.push(performance.now() - startedMs);
      }
      // Ten words at random may well stand together nowhere.
      expect(found).toBeGreaterThan(150);
      timesMs.sort((one, other) => one - other);
      const at = (share: number) => timesMs[Math.floor(timesMs.length * share)]?.toFixed(1);
      const rows = await places.database.query<{ n: number }[]>(
        'SELECT count(*)::integer AS n FROM passages WHERE user_id = $1',
        [user],
      );
      process.stdout.write(
        `look-ups of 10 words in ${rows[0]?.n ?? 0} passages: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms\n`,
      );
    });
  });

  describe('at Pinecone', () => {
    const embedding = Buffer.from(new Float32Array([0.5, -0.25]).buffer).toString('base64');
    const match = { id: '1', score: 0.87, metadata: { text: 'We open at nine.', source: 'hours.md' } };
    const asVendor = (matches: unknown, embedded: unknown = embedding) =>
      vendor.answerWith((response, request) => {
        const body = request.path.endsWith('/embeddings') ? { data: [{ embedding: embedded }] } : { matches };
        answering(body)(response, request);
      });
    const askThere = async (changes: Record<string, unknown> = {}) => {
      const [userId, id] = [newId(), newId()];
      const api_key = places.secrets.seal('key-of-pinecone', {
        userId,
        resource: 'vector_databases',
        id,
        field: 'api_key',
      });
      const vector_database = {
        ...{ id, user_id: userId, type: 'vector_database_pinecone' as const, api_key },
        ...{ index: 'docs-1a2b', api_environment: 'us-east1-gcp' },
        ...changes,
      };
      const request = {
        user_id: userId,
        agent_id: newId(),
        call_id: newId(),
        vector_database,
        words: 'when do you open',
      };
      return (await places.asks.ask(lookUp, request)).passages;
    };

    it('is asked with the embedded words and the customer’s key', async () => {
      asVendor([
        match,
        { id: '2', score: 0.5, metadata: { source: 'no text' } },
        { id: '3', score: 7, metadata: { text: 'Free parking.' } },
      ]);
      expect(await askThere()).toEqual([
        { text: 'We open at nine.', source: 'hours.md', score: 0.87 },
        { text: 'Free parking.', source: null, score: 1 },
      ]);
      const [embeddings, query] = vendor.taken;
      expect(embeddings).toMatchObject({
        path: '/v1/embeddings',
        headers: { authorization: 'Bearer key-of-openai' },
      });
      expect(JSON.parse(String(embeddings?.body))).toMatchObject({
        model: 'text-embedding-ada-002',
        input: 'when do you open',
      });
      expect(query).toMatchObject({
        path: '/docs-1a2b.svc.us-east1-gcp.pinecone.io/query',
        headers: { 'api-key': 'key-of-pinecone' },
      });
      expect(JSON.parse(String(query?.body))).toEqual({
        vector: [0.5, -0.25],
        topK: 3,
        includeMetadata: true,
      });
    });

    it('is asked by what knows embeddings as numbers only', async () => {
      asVendor([match], [0.5, -0.25]);
      expect(await askThere()).toHaveLength(1);
    });

    it.each([
      ['example.com/x?', 'us-east1-gcp'],
      ['docs', '..@127.0.0.1#'],
      ['docs', 'us.evil.com'],
    ])('an index %s in %s leads nowhere', async (index, api_environment) => {
      expect(await codeOf(askThere({ index, api_environment }))).toBe('KNOWLEDGE.BAD_INDEX');
      expect(vendor.taken).toEqual([]);
    });

    it.each<[string, Parameters<CustomerServer['answerWith']>[0], string]>([
      ['401', answering({}, 401), 'KNOWLEDGE.UNAUTHENTICATED'],
      ['429', answering({}, 429), 'KNOWLEDGE.RATE_LIMITED'],
      ['500', answering({}, 500), 'KNOWLEDGE.UNAVAILABLE'],
      ['garbage', answering('<html>'), 'KNOWLEDGE.BAD_ANSWER'],
      ['a reset', (response) => response.socket?.destroy(), 'KNOWLEDGE.CONNECTION_LOST'],
    ])('%s is an error', async (_, reply, code) => {
      vendor.answerWith(reply);
      expect(await codeOf(askThere())).toBe(code);
    });

    it('that hangs is given up within half a second', async () => {
      vendor.answerWith(hanging);
      const startedMs = performance.now();
      expect(await codeOf(askThere())).toBe('KNOWLEDGE.TIMEOUT');
      expect(performance.now() - startedMs).toBeLessThan(600);
    });

    it('whose key does not open is not asked', async () => {
      expect(await codeOf(askThere({ api_key: 'v1:k9:x:y' }))).toBe('KNOWLEDGE.NO_KEY');
      expect(vendor.taken).toEqual([]);
    });
  });
});
