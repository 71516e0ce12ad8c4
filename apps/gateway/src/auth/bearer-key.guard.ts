import { CanActivate, createParamDecorator, ExecutionContext, Injectable } from '@nestjs/common';
import { authenticate } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import { AskClient } from '@parley/messaging';
import { hashApiKey, parseApiKey } from '@parley/secrets';
import type { FastifyRequest } from 'fastify';

/** Who is asking: the key's owner. */
export interface Caller {
  readonly userId: string;
  readonly keyId: string;
}

type AuthenticatedRequest = FastifyRequest & { caller?: Caller };

/** Resolves `Authorization: Bearer <key>` to its user. Everything that is wrong with a key gets the same 401. */
@Injectable()
export class BearerKeyGuard implements CanActivate {
  constructor(private readonly asks: AskClient) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const text = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const key = text === undefined ? undefined : parseApiKey(text);
    if (text === undefined || !key) throw notAuthenticated();
    const owner = await this.asks.ask(authenticate, { key_id: key.id, key_hash: hashApiKey(text) });
    request.caller = { userId: owner.user_id, keyId: owner.key_id };
    return true;
  }
}

export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!caller) throw notAuthenticated();
  return caller;
});

function notAuthenticated(): AppError {
  return new AppError(
    'unauthenticated',
    'KEY.REFUSED',
    'Not authenticated: send "Authorization: Bearer <API key>" with a valid key.',
  );
}
