import { applyDecorators, Catch, UseFilters } from '@nestjs/common';
import type { RpcExceptionFilter } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import type { AskContract } from '@parley/contracts';
import { throwError } from 'rxjs';
import type { Observable } from 'rxjs';
import type { z } from 'zod';

/** What a handler may know of a request besides its payload. */
export interface AskContext {
  readonly subject: string;
  /** Epoch ms after which the asker has gone; `undefined` when it did not say. */
  readonly deadlineMs: number | undefined;
  readonly traceId: string;
}

/** A function that answers a contract: the parsed request in, the response (before its schema) out. */
export type AskHandler<Req extends z.ZodType, Res extends z.ZodType> = (
  request: z.output<Req>,
  context: AskContext,
) => Promise<z.input<Res>> | z.input<Res>;

/** A contract whose schemas do not matter to the code that carries it. */
export type AnyAskContract = AskContract<z.ZodType, z.ZodType>;

/** Nest's default filter turns every error into "Internal server error"; this hands it on to `AskServer` as it was. */
@Catch()
class PassErrorsOn implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/**
 * Marks a controller's method as the one that answers `contract`. `AskServer` validates the payload before the method
 * and the result after it. A method whose types do not fit the contract does not compile.
 */
export function Answers<Req extends z.ZodType, Res extends z.ZodType>(contract: AskContract<Req, Res>) {
  return <Method extends AskHandler<Req, Res>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    applyDecorators(MessagePattern(contract.subject, { contract }), UseFilters(new PassErrorsOn()))(
      target,
      key,
      descriptor as TypedPropertyDescriptor<unknown>,
    );
  };
}
