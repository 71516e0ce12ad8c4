import { Controller } from '@nestjs/common';
import { CarrierWebhook, carrierWebhook } from '@parley/contracts';
import { Answers } from '@parley/messaging';
import { CarrierWebhookUseCase } from './carrier-webhook.use-case';

/** What the gateway passes on of the carrier's requests, their signature checked. */
@Controller()
export class CarrierHandler {
  constructor(private readonly webhooks: CarrierWebhookUseCase) {}

  @Answers(carrierWebhook)
  async webhook(request: CarrierWebhook): Promise<{ twiml: string | null }> {
    return { twiml: await this.webhooks.execute(request) };
  }
}
