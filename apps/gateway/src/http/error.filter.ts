import { ArgumentsHost, Catch, ExceptionFilter, HttpException } from '@nestjs/common';
import { AppError } from '@parley/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '@parley/observability';
import { toHttpError } from './errors';

/** The one place where an error becomes an HTTP answer. What is ours to mend is logged; a client never sees it. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, body } = this.answerTo(thrown, host.switchToHttp().getRequest<FastifyRequest>());
    if (status === 401) void reply.header('www-authenticate', 'Bearer');
    void reply.status(status).type('application/json; charset=utf-8').send(body);
  }

  private answerTo(thrown: unknown, request: FastifyRequest): { status: number; body: unknown } {
    if (thrown instanceof HttpException) {
      return { status: thrown.getStatus(), body: { detail: thrown.message } };
    }
    const clientFault = faultOfClient(thrown);
    if (clientFault) return clientFault;
    const error = AppError.from(thrown);
    if (error.kind === 'internal' || error.kind === 'unavailable' || error.kind === 'timeout') {
      this.logger.error(
        { err: error, method: request.method, route: request.routeOptions.url },
        'request failed',
      );
    }
    return toHttpError(error);
  }
}

/** Fastify's own refusals (too large, wrong length …) carry their status. */
function faultOfClient(thrown: unknown): { status: number; body: unknown } | undefined {
  if (!(thrown instanceof Error) || !('statusCode' in thrown)) return undefined;
  const status = Number(thrown.statusCode);
  return status >= 400 && status < 500 ? { status, body: { detail: thrown.message } } : undefined;
}
