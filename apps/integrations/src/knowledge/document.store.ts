import type { FoundPassage, KnowledgeDocument, KnowledgeDocumentParams } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { DataSource, EntityManager } from 'typeorm';
import { cutPassages } from './cut-passages';
import { searchedWords } from './searched-words';
import type { KnowledgeLanguage } from './searched-words';

/** Of one user, in all his documents. */
const maxCharsOfUser = 20_000_000;
/** The end of what was said is what it came to. */
const maxAskedChars = 1_000;
const maxAskedWords = 40;
const maxWordChars = 200;
/** A word that so many passages hold tells them apart badly, and counts only when all that were asked are such. */
const commonFrom = 1_000;
/** Words that no passage holds ("um", "whether") count for so much of what a perfect passage would have. */
const unknownShare = 0.25;
/** Of what a perfect passage would have; less is a chance word in common. */
const leastScore = 0.2;
/** In place of an agent: all of the user's. */
const allAgents = '00000000-0000-0000-0000-000000000000';
/** BM25's k1: how soon a word's repetitions stop to count. */
const saturation = 1.2;

interface DocumentRow {
  readonly id: string;
  readonly name: string;
  readonly agent_id: string | null;
  readonly language: KnowledgeLanguage;
  readonly chars: number;
  readonly updated_at: Date;
}

interface ScopeRow {
  readonly language: KnowledgeLanguage;
  readonly passages: number;
}

const columns = 'id, name, agent_id, language, chars, updated_at';
const ofAgent = '(agent_id IS NULL OR agent_id = $2)';

/**
 * Documents, and the search in them: passages by how many of the asked words they hold, each word weighing the more the
 * fewer passages hold it (BM25; passages are of one length, so that needs no part in it). Any word may be missing: what
 * is asked is spoken, not a query. Postgres' own ranks know nothing of rare words, and rank every passage that has
 * one of them; so words are kept in an index of their own, which begins with the user: nothing here grows with the others.
 */
export class DocumentStore {
  constructor(private readonly database: DataSource) {}

  /** All of it in one transaction: a process that dies leaves the old document. @throws CONFLICT `KNOWLEDGE.FULL` */
  put(userId: string, id: string, params: KnowledgeDocumentParams): Promise<KnowledgeDocument> {
    const { name, agent, language, content } = params;
    const passages = cutPassages(content);
    return this.database.transaction(async (manager) => {
      await this.requireRoom(manager, userId, id, content.length);
      const rows = await manager.query<DocumentRow[]>(
        `INSERT INTO documents (user_id, id, name, agent_id, language, content, chars, passages, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now())
         ON CONFLICT (user_id, id) DO UPDATE SET name = excluded.name, agent_id = excluded.agent_id,
           language = excluded.language, content = excluded.content, chars = excluded.chars,
           passages = excluded.passages, updated_at = excluded.updated_at
         RETURNING ${columns}`,
        [userId, id, name, agent, language, content, content.length, passages.length],
      );
      await this.index(manager, { userId, id, agent, language }, passages);
      return shown(userId, rows[0]);
    });
  }

  /** @throws NOT_FOUND `KNOWLEDGE.NOT_FOUND` */
  async get(userId: string, id: string): Promise<KnowledgeDocument & { content: string }> {
    const rows = await this.database.query<(DocumentRow & { content: string })[]>(
      `SELECT ${columns}, content FROM documents WHERE user_id = $1 AND id = $2`,
      [userId, id],
    );
    return { ...shown(userId, rows[0]), content: rows[0]?.content ?? '' };
  }

  async list(
    userId: string,
    agent: string | null,
    { offset, limit }: { readonly offset: number; readonly limit: number },
  ): Promise<{ items: KnowledgeDocument[]; total: number }> {
    const where = `user_id = $1 AND ($2::uuid IS NULL OR agent_id IS NULL OR agent_id = $2)`;
    const rows = await this.database.query<DocumentRow[]>(
      `SELECT ${columns} FROM documents WHERE ${where} ORDER BY name, id OFFSET $3 LIMIT $4`,
      [userId, agent, offset, limit],
    );
    const counted = await this.database.query<{ total: number }[]>(
      `SELECT count(*)::integer AS total FROM documents WHERE ${where}`,
      [userId, agent],
    );
    return { items: rows.map((row) => shown(userId, row)), total: counted[0]?.total ?? 0 };
  }

  /** True when there was one. */
  async delete(userId: string, id: string): Promise<boolean> {
    const [, count] = await this.database.query<[unknown, number]>(
      'DELETE FROM documents WHERE user_id = $1 AND id = $2',
      [userId, id],
    );
    return count > 0;
  }

  /** Whether the agent has any document to look things up in. */
  async has(userId: string, agentId: string): Promise<boolean> {
    const rows = await this.database.query<unknown[]>(
      `SELECT 1 FROM documents WHERE user_id = $1 AND ${ofAgent} LIMIT 1`,
      [userId, agentId],
    );
    return rows.length > 0;
  }

  /** What fits the words best, of the documents that the agent has. */
  async find(userId: string, agentId: string, words: string, limit: number): Promise<FoundPassage[]> {
    const scope = await this.database.query<ScopeRow[]>(
      `SELECT language, sum(passages)::integer AS passages FROM documents
       WHERE user_id = $1 AND ${ofAgent} GROUP BY language`,
      [userId, agentId],
    );
    if (scope.length === 0) return [];
    const asked = scope.map(({ language }) => searchedWords(words.slice(-maxAskedChars), language));
    return this.database.query<FoundPassage[]>(findSql, [
      ...[userId, [agentId, allAgents]],
      asked.map(({ config }) => config),
      asked.map((each) => each.words),
      scope.reduce((sum, { passages }) => sum + passages, 0),
      limit,
    ]);
  }

  private async requireRoom(
    manager: EntityManager,
    userId: string,
    id: string,
    chars: number,
  ): Promise<void> {
    // One at a time for each user, so that several at once cannot pass the limit together.
    await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended('knowledge.' || $1, 2))`, [userId]);
    const rows = await manager.query<{ chars: string }[]>(
      'SELECT COALESCE(sum(chars), 0) AS chars FROM documents WHERE user_id = $1 AND id <> $2',
      [userId, id],
    );
    if (Number(rows[0]?.chars ?? 0) + chars <= maxCharsOfUser) return;
    throw new AppError(
      'conflict',
      'KNOWLEDGE.FULL',
      `All documents together must not hold more than ${maxCharsOfUser} characters.`,
    );
  }

  private async index(
    manager: EntityManager,
    {
      userId,
      id,
      agent,
      language,
    }: { userId: string; id: string } & Pick<KnowledgeDocumentParams, 'agent' | 'language'>,
    passages: readonly string[],
  ): Promise<void> {
    for (const table of ['passages', 'passage_words'])
      await manager.query(`DELETE FROM ${table} WHERE user_id = $1 AND document_id = $2`, [userId, id]);
    await manager.query(
      `INSERT INTO passages (user_id, document_id, position, text)
       SELECT $1, $2, position, text FROM unnest($3::text[]) WITH ORDINALITY AS p(text, position)`,
      [userId, id, passages],
    );
    const searched = passages.map((passage) => searchedWords(passage, language));
    await manager.query(
      `INSERT INTO passage_words (user_id, document_id, agent_id, word, position, times)
       SELECT $1, $2, $5, left(w.lexeme, ${maxWordChars}), p.position, sum(cardinality(w.positions))
       FROM unnest($3::text[]) WITH ORDINALITY AS p(text, position),
         unnest(to_tsvector($4::regconfig, p.text)) AS w
       GROUP BY left(w.lexeme, ${maxWordChars}), p.position`,
      [userId, id, searched.map(({ words }) => words), searched[0]?.config ?? 'simple', agent ?? allAgents],
    );
  }
}

/** $1 user, $2 agents, $3 configurations with $4 the words for each, $5 passages in all, $6 limit. */
const findSql = `
  WITH asked AS MATERIALIZED (
    SELECT DISTINCT left(w.lexeme, ${maxWordChars}) AS word
    FROM unnest($3::text[], $4::text[]) AS a(config, words), unnest(to_tsvector(a.config::regconfig, a.words)) AS w
    LIMIT ${maxAskedWords}
  ), hits AS MATERIALIZED (
    SELECT asked.word, h.document_id, h.position, h.times
    FROM asked CROSS JOIN LATERAL (
      SELECT w.document_id, w.position, w.times FROM passage_words w
      WHERE w.user_id = $1 AND w.agent_id = ANY($2::uuid[]) AND w.word = asked.word LIMIT ${commonFrom}
    ) h
  ), counts AS MATERIALIZED (
    SELECT asked.word, count(h.word) AS passages FROM asked LEFT JOIN hits h USING (word) GROUP BY asked.word
  ), weights AS MATERIALIZED (
    SELECT word, passages > 0 AS known, ln(1 + ($5::float8 + 1) / (passages + 0.5)) AS weight FROM counts
    WHERE passages < ${commonFrom} OR NOT EXISTS (SELECT FROM counts WHERE passages BETWEEN 1 AND ${commonFrom - 1})
  ), best AS (
    SELECT document_id, position,
      sum(weight * times * ${saturation + 1} / (times + ${saturation})) AS found
    FROM hits JOIN weights USING (word)
    GROUP BY document_id, position ORDER BY found DESC, document_id, position LIMIT $6
  ), scored AS (
    SELECT best.*,
      least(1, found / (SELECT sum(CASE WHEN known THEN weight ELSE weight * ${unknownShare} END) FROM weights)) AS score
    FROM best
  )
  SELECT p.text, d.name AS source, s.score::float8
  FROM scored s
  JOIN passages p ON p.user_id = $1 AND p.document_id = s.document_id AND p.position = s.position
  JOIN documents d ON d.user_id = $1 AND d.id = s.document_id
  WHERE s.score >= ${leastScore}
  ORDER BY s.found DESC, s.document_id, s.position`;

function shown(userId: string, row: DocumentRow | undefined): KnowledgeDocument {
  if (!row) throw new AppError('not_found', 'KNOWLEDGE.NOT_FOUND', 'Document not found');
  const { id, name, agent_id: agent, language, chars, updated_at: updatedAt } = row;
  return { id, user_id: userId, name, agent, language, chars, updated_at_ms: updatedAt.getTime() };
}
