import { DynamicModule, Module } from '@nestjs/common';
import { Clock } from '@parley/kernel';
import { AskClient, Logger } from '@parley/messaging';
import { MediaTokens, SecretBox } from '@parley/secrets';
import { DataSource } from 'typeorm';
import { CallBackground } from './calls/call-background';
import { CallChanges } from './calls/call-changes';
import { CallView } from './calls/call-view';
import { CallsHandler } from './calls/calls.handler';
import { ListCallsUseCase } from './calls/list-calls.use-case';
import { CallRules } from './calls/locked-call';
import { CarrierAccounts } from './carrier-accounts/carrier-accounts';
import { CarrierActions } from './carrier/carrier-actions';
import { CarrierAddresses } from './carrier/carrier-addresses';
import { CarrierWebhookUseCase } from './carrier/carrier-webhook.use-case';
import { CarrierHandler } from './carrier/carrier.handler';
import { InboundCallUseCase } from './carrier/inbound-call.use-case';
import { MediaInvitations } from './carrier/media-invitations';
import { AttachMediaUseCase } from './conversation/attach-media.use-case';
import { ConversationHandler } from './conversation/conversation.handler';
import { FinishConversationUseCase } from './conversation/finish-conversation.use-case';
import { TakeFactsUseCase } from './conversation/take-facts.use-case';
import { TransferCallUseCase } from './conversation/transfer-call.use-case';
import { BuyNumberUseCase } from './numbers/buy-number.use-case';
import { CancelNumberUseCase } from './numbers/cancel-number.use-case';
import { LinkNumberUseCase } from './numbers/link-number.use-case';
import { NumberOrder, NumberOrders } from './numbers/number-orders';
import { NumberSettler } from './numbers/number-settler';
import { NumbersHandler } from './numbers/numbers.handler';
import { SteeringPoolUseCase } from './numbers/steering-pool.use-case';
import { DialRules } from './placing/dial-rules';
import { Broadcast, GreetingAhead } from './placing/greeting-ahead';
import { EndCallUseCase } from './placing/end-call.use-case';
import { PlaceCallUseCase } from './placing/place-call.use-case';
import { PlacingHandler } from './placing/placing.handler';
import { Settler } from './settling/settler';
import { MonthlyMinutes } from './usage/monthly-minutes';

/** What the service is made of that comes from outside of it. */
export interface CallControlParts {
  readonly database: DataSource;
  readonly clock: Clock;
  readonly rules: CallRules;
  readonly accounts: CarrierAccounts;
  readonly asks: AskClient;
  readonly tokens: MediaTokens;
  readonly secrets: SecretBox;
  readonly addresses: CarrierAddresses;
  readonly countries: readonly string[];
  readonly logger: Logger;
  readonly onEvents: () => void;
  /** Messages that may be lost. */
  readonly broadcast?: Broadcast;
  /** Between two looks of the settler. */
  readonly everyMs?: number;
  /** When forsaken orders of numbers are finished, if not as usual. */
  readonly numberSettling?: { readonly everyMs: number; readonly forsakenMs: number };
}

const nobody: Broadcast = { publish: () => undefined };

/** The service's use cases, wired. */
export function callControlUseCases(parts: CallControlParts) {
  const { accounts, asks, logger } = parts;
  const changes = new CallChanges(parts);
  const actions = new CarrierActions(changes, accounts, logger);
  const invitations = new MediaInvitations(parts.tokens, parts.addresses);
  const dialRules = new DialRules(asks, parts.countries);
  const views = new CallView(parts);
  const minutes = new MonthlyMinutes(parts);
  const background = new CallBackground(asks);
  const orders = new NumberOrders(parts);
  const greetings = new GreetingAhead(parts.broadcast ?? nobody, logger);
  const inner = {
    ...parts,
    greetings,
    changes,
    actions,
    invitations,
    dialRules,
    views,
    minutes,
    orders,
    background,
  };
  const buy = new BuyNumberUseCase(inner);
  const link = new LinkNumberUseCase(inner);
  const pools = new SteeringPoolUseCase(inner);
  const finish = {
    buy: (order: NumberOrder) => buy.carryOut(order),
    link: (order: NumberOrder) => link.carryOut(order),
    pool: (order: NumberOrder) => pools.carryOut(order),
  };
  return {
    views,
    minutes,
    list: new ListCallsUseCase(inner),
    place: new PlaceCallUseCase(inner),
    end: new EndCallUseCase(inner),
    buy,
    link,
    pools,
    cancel: new CancelNumberUseCase(inner),
    numberSettler: new NumberSettler({
      accounts,
      orders,
      finish,
      logger,
      clock: parts.clock,
      ...parts.numberSettling,
    }),
    webhooks: new CarrierWebhookUseCase({ ...inner, inbound: new InboundCallUseCase(inner) }),
    attach: new AttachMediaUseCase(changes, invitations),
    finish: new FinishConversationUseCase(changes),
    transfer: new TransferCallUseCase(changes, dialRules),
    takeFacts: new TakeFactsUseCase(inner),
    settler: new Settler(inner),
    actions,
  };
}

export type CallControlUseCases = ReturnType<typeof callControlUseCases>;

@Module({})
export class CallControlModule {
  static with(database: DataSource, useCases: CallControlUseCases): DynamicModule {
    return {
      module: CallControlModule,
      controllers: [CallsHandler, PlacingHandler, CarrierHandler, ConversationHandler, NumbersHandler],
      providers: [
        { provide: DataSource, useValue: database },
        { provide: CallView, useFactory: () => useCases.views },
        { provide: MonthlyMinutes, useFactory: () => useCases.minutes },
        { provide: ListCallsUseCase, useFactory: () => useCases.list },
        { provide: PlaceCallUseCase, useFactory: () => useCases.place },
        { provide: EndCallUseCase, useFactory: () => useCases.end },
        { provide: BuyNumberUseCase, useFactory: () => useCases.buy },
        { provide: LinkNumberUseCase, useFactory: () => useCases.link },
        { provide: CancelNumberUseCase, useFactory: () => useCases.cancel },
        { provide: SteeringPoolUseCase, useFactory: () => useCases.pools },
        { provide: CarrierWebhookUseCase, useFactory: () => useCases.webhooks },
        { provide: AttachMediaUseCase, useFactory: () => useCases.attach },
        { provide: FinishConversationUseCase, useFactory: () => useCases.finish },
        { provide: TransferCallUseCase, useFactory: () => useCases.transfer },
      ],
    };
  }
}
