import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import type { KeyProfile, KeyScope } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { FastifyRequest } from 'fastify';

/** Who is asking: the key's owner, and what the key is good for. */
export interface Caller {
  readonly userId: string;
  readonly keyId: string;
  readonly scopes: readonly KeyScope[];
  readonly profile: KeyProfile;
}

/** A request that the gate has let through. */
export type AdmittedRequest = FastifyRequest & { caller?: Caller };

export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<AdmittedRequest>();
  if (!caller) throw notAuthenticated();
  return caller;
});

/** Everything that is wrong with a key gets the same answer. */
export function notAuthenticated(): AppError {
  return new AppError(
    'unauthenticated',
    'KEY.REFUSED',
    'Not authenticated: send "Authorization: Bearer <API key>" with a valid key.',
  );
}
