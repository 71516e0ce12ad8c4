import { knowledgeAsks } from '@parley/contracts';
import type { KnowledgeDocument } from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { AskServer, closeNats, connectNats } from '@parley/messaging';
import { createLogger } from '@parley/observability';
import { SmallSystem, startSmallSystem } from '../testing/small-system';

describe('the documents of Parley’s own API', () => {
  const stored = new Map<string, KnowledgeDocument & { content: string }>();
  let system: SmallSystem;
  let close: () => Promise<void>;

  beforeAll(async () => {
    system = await startSmallSystem();
    const logger = createLogger({ service: 'spec', level: 'silent' });
    const nats = await connectNats({ url: system.natsUrl, name: 'spec', logger });
    const server = new AskServer({ nats, service: 'integrations', logger });
    playIntegrations(server, stored);
    await server.start();
    close = async () => {
      await server.close();
      await closeNats(nats);
      await system.close();
    };
  });
  afterAll(() => close());

  async function ask(method: string, path: string, body?: object) {
    const response = await system.send(
      method,
      `/parley/v1/knowledge${path}`,
      body ? JSON.stringify(body) : null,
    );
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  it('are put, put again, listed, read and deleted', async () => {
    const agent = newId();
    const made = await ask('POST', '/put', { name: 'Hours', content: 'We open at nine.', agent });
    expect(made).toMatchObject({ status: 200, body: { name: 'Hours', agent, language: 'en', chars: 16 } });
    const id = String(made.body['id']);
    await ask('POST', `/put?id=${id}`, { name: 'Hours', content: 'We open at ten.', language: 'en' });
    expect(await ask('GET', `?id=${id}`)).toMatchObject({
      body: { id, agent: null, content: 'We open at ten.' },
    });
    const list = await ask('GET', `/list?agent=${agent}&size=5`);
    expect(list.body).toMatchObject({ total: 1, page: 1, size: 5, has_more: false, items: [{ id }] });
    expect(JSON.stringify(list.body)).not.toContain('We open');
    expect((await ask('POST', `/delete?id=${id}`)).body).toEqual({ existed: true });
    expect((await ask('GET', `?id=${id}`)).status).toBe(404);
  });

  it.each<[string, string, object | undefined, string]>([
    ['POST', '/put', { name: 'x' }, 'content'],
    ['POST', '/put', { name: '', content: 'x' }, 'name'],
    ['POST', '/put', { name: 'x', content: 'x', language: 'xx' }, 'language'],
    ['POST', '/put', { name: 'x', content: 'x'.repeat(200_001) }, 'content'],
    ['POST', '/put?id=1', { name: 'x', content: 'x' }, 'id'],
    ['GET', '/list?agent=1', undefined, 'agent'],
    ['POST', '/delete', undefined, 'id'],
  ])('%s %s with what is wrong names the field', async (method, path, body, field) => {
    const answer = await ask(method, path, body);
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain(`"${field}"`);
  });

  it('are nobody’s without a key', async () => {
    const response = await fetch(`${system.baseUrl}/parley/v1/knowledge/list`);
    expect(response.status).toBe(401);
  });
});

/** One user's documents, kept in memory. */
function playIntegrations(
  server: AskServer,
  stored: Map<string, KnowledgeDocument & { content: string }>,
): void {
  server.answer(knowledgeAsks.put, ({ user_id, id, params }) => {
    const { content, ...rest } = params;
    const document = { ...rest, id, user_id, chars: content.length, updated_at_ms: Date.now() };
    stored.set(id, { ...document, content });
    return document;
  });
  server.answer(knowledgeAsks.get, ({ id }) => {
    const found = stored.get(id);
    if (found) return found;
    throw new AppError('not_found', 'KNOWLEDGE.NOT_FOUND', 'Document not found');
  });
  server.answer(knowledgeAsks.list, () => ({ items: [...stored.values()], total: stored.size }));
  server.answer(knowledgeAsks.delete, ({ id }) => ({ existed: stored.delete(id) }));
}
