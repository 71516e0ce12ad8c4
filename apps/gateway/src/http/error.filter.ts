import { ArgumentsHost, Catch, ExceptionFilter, HttpException } from '@nestjs/common';
import { AppError } from '@parley/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '@parley/observability';
import { toHttpError } from './errors';
import type { KnownRoutes } from './known-routes';

interface Refusal {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The one place where an error becomes an HTTP answer. What is ours to mend is logged; a client never sees it. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly routes: KnownRoutes,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, body, headers } = this.answerTo(thrown, host.switchToHttp().getRequest<FastifyRequest>());
    if (status === 401) void reply.header('www-authenticate', 'Bearer');
    void reply.headers(headers ?? {});
    void reply.status(status).type('application/json; charset=utf-8').send(body);
  }

  private answerTo(thrown: unknown, request: FastifyRequest): Refusal {
    if (request.routeOptions.url === undefined && thrown instanceof HttpException) {
      return this.notServed(request);
    }
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
    const { body, query, params } = request;
    return toHttpError(error, { body, query, path: params });
  }

  private notServed({ url }: FastifyRequest): Refusal {
    const methods = this.routes.methodsOf(url);
    if (methods.length === 0) return { status: 404, body: { detail: 'Not Found' } };
    return { status: 405, body: { detail: 'Method Not Allowed' }, headers: { allow: methods.join(', ') } };
  }
}

/** Fastify's own refusals (too large, wrong length …) carry their status. */
function faultOfClient(thrown: unknown): Refusal | undefined {
  if (!(thrown instanceof Error) || !('statusCode' in thrown)) return undefined;
  const status = Number(thrown.statusCode);
  return status >= 400 && status < 500 ? { status, body: { detail: thrown.message } } : undefined;
}
