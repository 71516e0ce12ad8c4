import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { HealthChecks } from '@parley/observability';
import type { FastifyReply } from 'fastify';

export const READINESS = Symbol('readiness');

@Controller()
export class HealthController {
  constructor(@Inject(READINESS) private readonly checks: HealthChecks) {}

  @Get('healthz')
  alive(): { status: string } {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const { ready, failing } = await this.checks.run();
    void reply.status(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', failing });
  }
}
