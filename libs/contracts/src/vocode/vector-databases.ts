import { z } from 'zod';
import { owned, patch, text } from '../fields';
import { sealedText, secretText } from './secret-texts';

const type = z.literal('vector_database_pinecone');
const name = text(500).min(1);

/** Where an agent looks things up, as a client sends it. */
export const pineconeVectorDatabaseParams = z.object({
  type,
  index: name,
  api_key: secretText.min(1),
  api_environment: name,
});
export const pineconeVectorDatabaseUpdateParams = z.object({
  type,
  index: patch(name),
  api_key: patch(secretText.min(1)),
  api_environment: patch(name),
});

/** As it travels inside: the key sealed to (`vector_databases`, the database's id, `api_key`). */
export const vectorDatabaseDraft = pineconeVectorDatabaseParams.extend({ api_key: sealedText });
export const vectorDatabasePatch = pineconeVectorDatabaseUpdateParams.extend({
  api_key: sealedText.optional(),
});
export const pineconeVectorDatabase = vectorDatabaseDraft.extend(owned.shape);

export type VectorDatabaseParams = z.output<typeof pineconeVectorDatabaseParams>;
export type VectorDatabaseUpdateParams = z.output<typeof pineconeVectorDatabaseUpdateParams>;
export type VectorDatabaseDraft = z.output<typeof vectorDatabaseDraft>;
export type VectorDatabasePatch = z.output<typeof vectorDatabasePatch>;
export type VectorDatabase = z.output<typeof pineconeVectorDatabase>;
