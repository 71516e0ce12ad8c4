import { z } from 'zod';
import { accountConnection } from './account-connections';
import { action } from './actions';
import { normalizedAgent } from './agents';
import { normalizedCall } from './calls';
import { normalizedPhoneNumber } from './numbers';
import { normalizedPrompt } from './prompts';
import { pineconeVectorDatabase } from './vector-databases';
import { voice } from './voices';
import { webhook } from './webhooks';

/** The envelope of every list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    page: z.int(),
    size: z.int(),
    has_more: z.boolean(),
    total: z.int(),
    total_is_estimated: z.boolean(),
  });
}

export const accountConnectionPage = pageOf(accountConnection);
export const actionPage = pageOf(action);
export const agentPage = pageOf(normalizedAgent);
export const callPage = pageOf(normalizedCall);
export const phoneNumberPage = pageOf(normalizedPhoneNumber);
export const promptPage = pageOf(normalizedPrompt);
export const vectorDatabasePage = pageOf(pineconeVectorDatabase);
export const voicePage = pageOf(voice);
export const webhookPage = pageOf(webhook);

/** One page of a list, whatever is in it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly page: number;
  readonly size: number;
  readonly has_more: boolean;
  readonly total: number;
  readonly total_is_estimated: boolean;
}
