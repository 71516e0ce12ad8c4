import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { CarrierWebhook, carrierWebhook } from '@parley/contracts';
import { AppError, isUuid } from '@parley/kernel';
import { AskClient } from '@parley/messaging';
import { isSignedByTwilio } from '@parley/telephony';
import type { FastifyReply, FastifyRequest } from 'fastify';

type Kind = CarrierWebhook['kind'];
const kindsOfCall: readonly string[] = ['answer', 'status', 'connect-ended', 'dial-ended'] satisfies Kind[];

/** What the carrier's account tells us for checking that a request is its own. */
export class TwilioEdge {
  constructor(
    /** The origin that the carrier was given, never what a request claims of itself. */
    readonly publicOrigin: string,
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
    const params = (body ?? {}) as Record<string, string>;
    this.refuseUnsigned(request, params);
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

  private refuseUnsigned(request: FastifyRequest, params: Record<string, string>): void {
    const signature = request.headers['x-twilio-signature'];
    const url = this.edge.publicOrigin + request.originalUrl;
    const signed =
      typeof signature === 'string' &&
      isSignedByTwilio({ authToken: this.edge.authToken, url, params, signature });
    if (!signed)
      throw new AppError('forbidden', 'CARRIER.BAD_SIGNATURE', 'The signature is missing or wrong.');
  }
}
