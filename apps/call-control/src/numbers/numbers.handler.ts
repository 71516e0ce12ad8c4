import { Controller } from '@nestjs/common';
import {
  AddToSteeringPool,
  addToSteeringPool,
  BuyNumber,
  buyNumber,
  CancelNumber,
  cancelNumber,
  LinkNumber,
  linkNumber,
  PhoneNumber,
  TwilioAccountConnection,
} from '@parley/contracts';
import { Answers } from '@parley/messaging';
import { BuyNumberUseCase } from './buy-number.use-case';
import { CancelNumberUseCase } from './cancel-number.use-case';
import { LinkNumberUseCase } from './link-number.use-case';
import { SteeringPoolUseCase } from './steering-pool.use-case';

/** What the public API has done to numbers at the carrier. */
@Controller()
export class NumbersHandler {
  constructor(
    private readonly buying: BuyNumberUseCase,
    private readonly linking: LinkNumberUseCase,
    private readonly cancelling: CancelNumberUseCase,
    private readonly pools: SteeringPoolUseCase,
  ) {}

  @Answers(buyNumber)
  buy(request: BuyNumber): Promise<PhoneNumber> {
    return this.buying.execute(request);
  }

  @Answers(linkNumber)
  link(request: LinkNumber): Promise<PhoneNumber> {
    return this.linking.execute(request);
  }

  @Answers(cancelNumber)
  cancel(request: CancelNumber): Promise<PhoneNumber> {
    return this.cancelling.execute(request);
  }

  @Answers(addToSteeringPool)
  addToPool(request: AddToSteeringPool): Promise<TwilioAccountConnection> {
    return this.pools.add(request);
  }
}
