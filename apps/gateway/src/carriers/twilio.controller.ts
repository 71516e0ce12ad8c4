import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { CarrierWebhook, carrierWebhook } from '@parley/contracts';
import { AppError, isUuid } from '@parley/kernel';
import { AskClient } from '@parley/messaging';
import { isSignedByTwilio } from '@parley/telephony';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

type Kind = CarrierWebhook['kind'];
const formOf = z.record(z.string(), z.string());
const kindsOfCall: readonly string[] = ['answer', 'status', 'connect-ended', 'dial-ended'] satisfies Kind[];

/** What the carrier's account tells us for checking that a request is its own. */
export class TwilioEdge {
  constructor(
    /** Before the path in what the carrier was given; never what a request claims of itself. No slash at its end. */
    readonly publicUrl: string,
    readonly authToken: string,
  ) {}
}

/** Twilio's signed requests: checked here, before anyone else hears of them, then answered by call-control. */
@Controller('carriers/twilio')
export class TwilioController {
  constructor(
    private readonly asks: AskClient,
    private readonly edge: TwilioEdge,
  ) {}

  @Post('inbound')
  @HttpCode(200)
  inbound(@Req() request: FastifyRequest, @Body() body: unknown, @Res() reply: FastifyReply): Promise<void> {
    return this.handle({ kind: 'inbound', callId: null }, request, body, reply);
  }

  @Post('inbound-status')
  @HttpCode(200)
  inboundStatus(
    @Req() request: FastifyRequest,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.handle({ kind: 'inbound-status', callId: null }, request, body, reply);
  }

  @Post(':kind/:callId')
  @HttpCode(200)
  ofCall(
    @Param() params: { kind: string; callId: string },
    @Req() request: FastifyRequest,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!kindsOfCall.includes(params.kind) || !isUuid(params.callId)) {
      throw new AppError('not_found', 'ROUTE.NOT_FOUND', 'Not Found');
    }
    return this.handle({ kind: params.kind as Kind, callId: params.callId }, request, body, reply);
  }

  private async handle(
    target: { kind: Kind; callId: string | null },
    request: FastifyRequest,
    body: unknown,
    reply: FastifyReply,
  ): Promise<void> {
    const params = this.signedParams(request, body);
    const { twiml } = await this.asks.ask(carrierWebhook, {
      provider: 'twilio',
      kind: target.kind,
      call_id: target.callId,
      params,
      received_at_ms: Date.now(),
    });
    if (twiml === null) return void reply.status(204).send();
    void reply.type('text/xml; charset=utf-8').send(twiml);
  }

  /** Twilio signs forms, so anything else is nothing of its own. @throws {CARRIER.BAD_SIGNATURE} */
  private signedParams(request: FastifyRequest, body: unknown): Record<string, string> {
    const form = formOf.safeParse(body ?? {});
    const signature = request.headers['x-twilio-signature'];
    if (form.success && typeof signature === 'string') {
      const { publicUrl, authToken } = this.edge;
      const url = publicUrl + request.originalUrl;
      if (isSignedByTwilio({ authToken, url, params: form.data, signature })) return form.data;
    }
    throw new AppError('forbidden', 'CARRIER.BAD_SIGNATURE', 'The signature is missing or wrong.');
  }
}
