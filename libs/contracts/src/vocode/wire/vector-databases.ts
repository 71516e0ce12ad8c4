import { z } from 'zod';
import { owned } from './documented';

export const pineconeVectorDatabaseParams = z.object({
  type: z.literal('vector_database_pinecone'),
  index: z.string(),
  api_key: z.string(),
  api_environment: z.string(),
});
export const pineconeVectorDatabase = owned.extend(pineconeVectorDatabaseParams.shape);

export type VectorDatabase = z.output<typeof pineconeVectorDatabase>;
