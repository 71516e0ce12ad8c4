import type { FoundPassage, VectorDatabase } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { GuardedHttpClient } from '@parley/outbound-http';
import { askKnowledge, badAnswer } from './ask-knowledge';
import type { Embeddings } from './embeddings';

/** Labels of a host name and nothing else: a customer writes these, and they become part of a URL. */
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** One page of a book. */
const maxPassageChars = 8_000;

/** Pinecone's query API, with the customer's own key. Vectors carry `text` and `source` as metadata. */
export class Pinecone {
  constructor(
    private readonly parts: {
      readonly http: GuardedHttpClient;
      readonly embeddings: Embeddings;
      /** Asked in Pinecone's place, the index's host name as the first part of the path; null: Pinecone itself. */
      readonly baseUrl: string | null;
    },
  ) {}

  /** @throws KNOWLEDGE.BAD_INDEX, KNOWLEDGE.… */
  async find(
    database: Pick<VectorDatabase, 'index' | 'api_environment'>,
    apiKey: string,
    { words, limit, deadlineMs }: { words: string; limit: number; deadlineMs: number },
  ): Promise<FoundPassage[]> {
    const url = this.queryUrl(database);
    const vector = await this.parts.embeddings.of(words, deadlineMs);
    const answer = await askKnowledge(this.parts.http, {
      url,
      headers: { 'api-key': apiKey },
      body: { vector, topK: limit, includeMetadata: true },
      deadlineMs,
    });
    const { matches } = answer as { matches?: unknown };
    if (!Array.isArray(matches)) throw badAnswer();
    return matches.slice(0, limit).flatMap(passageOf);
  }

  private queryUrl({
    index,
    api_environment: environment,
  }: Pick<VectorDatabase, 'index' | 'api_environment'>) {
    if (!label.test(index) || !label.test(environment)) {
      throw new AppError(
        'invalid',
        'KNOWLEDGE.BAD_INDEX',
        'The index and the environment must be of small letters, digits and hyphens.',
      );
    }
    const host = `${index}.svc.${environment}.pinecone.io`;
    const { baseUrl } = this.parts;
    return baseUrl === null ? `https://${host}/query` : `${baseUrl}/${host}/query`;
  }
}

/** None for a match without a text. */
function passageOf(match: unknown): FoundPassage[] {
  const { score, metadata } = (match ?? {}) as { score?: unknown; metadata?: Record<string, unknown> };
  const { text, source } = metadata ?? {};
  if (typeof text !== 'string' || text.trim() === '') return [];
  return [
    {
      text: text.slice(0, maxPassageChars),
      source: typeof source === 'string' && source !== '' ? source.slice(0, 500) : null,
      score: typeof score === 'number' ? Math.min(1, Math.max(0, score)) : 0,
    },
  ];
}
