import type { FoundPassage, LookUp, VectorDatabase } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { SecretBox } from '@parley/secrets';
import type { DocumentStore } from './document.store';
import type { Pinecone } from './pinecone';

/** In all: the reply waits half a second, the way there and back among it. */
const withinMs = 450;

/** Finds what fits the caller's words, where the agent has it. Nothing is kept: asking again is no effect. */
export class LookUpUseCase {
  constructor(
    private readonly parts: {
      readonly documents: DocumentStore;
      readonly pinecone: Pinecone;
      readonly secrets: SecretBox;
    },
  ) {}

  /** @throws KNOWLEDGE.… */
  async execute(request: LookUp): Promise<FoundPassage[]> {
    const { vector_database: database, user_id: userId, agent_id: agentId, words, limit } = request;
    if (database) return this.findThere(userId, database, words, limit);
    return inTime(this.parts.documents.find(userId, agentId, words, limit));
  }

  private findThere(userId: string, database: VectorDatabase, words: string, limit: number) {
    const binding = { userId, resource: 'vector_databases', id: database.id, field: 'api_key' };
    const key = this.parts.secrets.openIfPossible(database.api_key, binding);
    if (key === null) {
      throw new AppError('unavailable', 'KNOWLEDGE.NO_KEY', 'The key of the vector database does not open.');
    }
    return this.parts.pinecone.find(database, key, {
      words,
      limit,
      deadlineMs: performance.now() + withinMs,
    });
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AppError('timeout', 'KNOWLEDGE.TIMEOUT', 'The documents did not answer in time.')),
      withinMs,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
