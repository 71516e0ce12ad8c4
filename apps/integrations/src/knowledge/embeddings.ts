import { AppError } from '@parley/kernel';
import type { GuardedHttpClient } from '@parley/outbound-http';
import { askKnowledge, badAnswer } from './ask-knowledge';

/** What Vocode's customers have filled their indexes with. */
const model = 'text-embedding-ada-002';

/** OpenAI's embeddings, or those of anything that speaks its API. */
export class Embeddings {
  constructor(
    private readonly http: GuardedHttpClient,
    private readonly account: { readonly apiKey: string | null; readonly baseUrl: string },
  ) {}

  /** @throws KNOWLEDGE.NOT_CONFIGURED, KNOWLEDGE.… */
  async of(text: string, deadlineMs: number): Promise<readonly number[]> {
    const { apiKey, baseUrl } = this.account;
    if (apiKey === null) {
      throw new AppError(
        'unavailable',
        'KNOWLEDGE.NOT_CONFIGURED',
        'OPENAI_API_KEY is not set: nothing can be embedded.',
      );
    }
    const answer = await askKnowledge(this.http, {
      url: `${baseUrl}/embeddings`,
      headers: { authorization: `Bearer ${apiKey}` },
      // As base64 a vector takes a fifth of the bytes; who does not know it answers with numbers.
      body: { model, input: text, encoding_format: 'base64' },
      deadlineMs,
    });
    const vector = vectorOf(answer);
    if (vector) return vector;
    throw badAnswer();
  }
}

function vectorOf(answer: unknown): readonly number[] | undefined {
  const { data } = answer as { data?: { embedding?: unknown }[] };
  const embedding = Array.isArray(data) ? data[0]?.embedding : undefined;
  if (Array.isArray(embedding))
    return embedding.every((value) => typeof value === 'number') ? embedding : undefined;
  if (typeof embedding !== 'string') return undefined;
  const bytes = Buffer.from(embedding, 'base64');
  const vector = Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) =>
    bytes.readFloatLE(index * 4),
  );
  return vector.length > 0 && vector.every(Number.isFinite) ? vector : undefined;
}
