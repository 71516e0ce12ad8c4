import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { CarrierWebhook, carrierWebhook } from '@parley/contracts';
import { AppError, isUuid } from '@parley/kernel';
import { AskClient } from '@parley/messaging';
import { AccountRef, AccountTokens, isSignedByTwilio } from '@parley/telephony';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

type Kind = CarrierWebhook['kind'];
const formOf = z.record(z.string(), z.string());
const kindsOfCall: readonly string[] = ['answer', 'status', 'connect-ended', 'dial-ended'] satisfies Kind[];
const kindsOfNumber: readonly string[] = ['inbound', 'inbound-status'] satisfies Kind[];

/** What a request is about. */
interface Target {
  readonly kind: Kind;
  readonly callId?: string;
  /** Whose own account it comes from; the deployment's without. */
  readonly account?: AccountRef;
}

interface AccountParams {
  readonly userId: string;
  readonly connectionId: string;
  readonly kind: string;
}

/** What the carrier's account tells us for checking that a request is its own. */
export class TwilioEdge {
  constructor(
    /** Before the path in what the carrier was given; never what a request claims of itself. No slash at its end. */
    readonly publicUrl: string,
    readonly authToken: string,
    /** Of the users' own accounts. */
    readonly accounts: AccountTokens,
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
    return this.handle({ kind: 'inbound' }, request, body, reply);
  }

  @Post('inbound-status')
  @HttpCode(200)
  inboundStatus(
    @Req() request: FastifyRequest,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.handle({ kind: 'inbound-status' }, request, body, reply);
  }

  /** Numbers of a user's own account. */
  @Post('accounts/:userId/:connectionId/:kind')
  @HttpCode(200)
  ofAccount(
    @Param() params: AccountParams,
    @Req() request: FastifyRequest,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const account = accountOf(params);
    if (!kindsOfNumber.includes(params.kind)) throw routeNotFound();
    return this.handle({ kind: params.kind as Kind, account }, request, body, reply);
  }

  /** Calls through a user's own account. */
  @Post('accounts/:userId/:connectionId/:kind/:callId')
  @HttpCode(200)
  ofCallOfAccount(
    @Param() params: AccountParams & { callId: string },
    @Req() request: FastifyRequest,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const account = accountOf(params);
    return this.handle({ ...targetOf(params), account }, request, body, reply);
  }

  @Post(':kind/:callId')
  @HttpCode(200)
  ofCall(
    @Param() params: { kind: string; callId: string },
    @Req() request: FastifyRequest,
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    return this.handle(targetOf(params), request, body, reply);
  }

  private async handle(
    { kind, callId, account }: Target,
    request: FastifyRequest,
    body: unknown,
    reply: FastifyReply,
  ): Promise<void> {
    const params = await this.signedParams(request, body, account);
    const { twiml } = await this.asks.ask(carrierWebhook, {
      provider: 'twilio',
      kind,
      call_id: callId ?? null,
      account: account ? { user_id: account.userId, connection_id: account.connectionId } : null,
      params,
      received_at_ms: Date.now(),
    });
    if (twiml === null) return void reply.status(204).send();
    void reply.type('text/xml; charset=utf-8').send(twiml);
  }

  /** Twilio signs forms, so anything else is nothing of its own. @throws {CARRIER.BAD_SIGNATURE} */
  private async signedParams(
    request: FastifyRequest,
    body: unknown,
    account: AccountRef | undefined,
  ): Promise<Record<string, string>> {
    const form = formOf.safeParse(body ?? {});
    const signature = request.headers['x-twilio-signature'];
    if (form.success && typeof signature === 'string') {
      const { publicUrl, authToken: ownToken, accounts } = this.edge;
      const signed = { url: publicUrl + request.originalUrl, params: form.data, signature };
      const fits = (authToken: string) => isSignedByTwilio({ ...signed, authToken });
      if (account ? await accounts.isSigned(account, fits) : fits(ownToken)) return form.data;
    }
    throw new AppError('forbidden', 'CARRIER.BAD_SIGNATURE', 'The signature is missing or wrong.');
  }
}

function targetOf({ kind, callId }: { kind: string; callId: string }): Target {
  if (!kindsOfCall.includes(kind) || !isUuid(callId)) throw routeNotFound();
  return { kind: kind as Kind, callId };
}

function accountOf({ userId, connectionId }: AccountParams): AccountRef {
  if (!isUuid(userId) || !isUuid(connectionId)) throw routeNotFound();
  return { userId, connectionId };
}

function routeNotFound(): AppError {
  return new AppError('not_found', 'ROUTE.NOT_FOUND', 'Not Found');
}
