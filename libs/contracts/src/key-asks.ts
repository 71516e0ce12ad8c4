import { z } from 'zod';
import { ask } from './ask';
import { uuid } from './fields';

const key = z.object({
  key_id: z.string(),
  user_id: uuid,
  name: z.string(),
});

/** Whose key this is. Only the key's id and hash travel. Unknown, expired and revoked keys are all `unauthenticated`. */
export const authenticate = ask('config.v1.keys.authenticate', {
  request: z.object({ key_id: z.string().max(64), key_hash: z.string().max(128) }),
  response: key,
});
