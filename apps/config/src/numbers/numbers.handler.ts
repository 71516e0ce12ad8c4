import { Controller } from '@nestjs/common';
import {
  createNumber,
  deactivateNumber,
  getNumber,
  ListRequest,
  listNumbers,
  NormalizedPhoneNumber,
  PhoneNumber,
  resolveInbound,
  updateNumber,
} from '@parley/contracts';
import { Answers } from '@parley/messaging';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { answerOnce } from '../commands/answer-once';
import type { ListOf } from '../lists/list-rows';
import { NumberStore } from './number.store';

@Controller()
export class NumbersHandler {
  constructor(
    private readonly database: DataSource,
    private readonly numbers: NumberStore,
  ) {}

  @Answers(createNumber)
  create(request: z.output<typeof createNumber.request>): Promise<PhoneNumber> {
    return answerOnce(this.database, createNumber, request, (manager) =>
      this.numbers.create(manager, request.user_id, {
        id: request.id,
        number: request.number,
        telephonyProvider: request.telephony_provider,
        carrierNumberId: request.carrier_number_id,
        connectionId: request.telephony_account_connection,
        origin: request.origin,
        outboundOnly: request.outbound_only,
        inboundAgent: request.inbound_agent,
      }),
    );
  }

  @Answers(getNumber)
  get(request: z.output<typeof getNumber.request>): Promise<PhoneNumber> {
    return this.numbers.get(this.database.manager, request.user_id, request.number);
  }

  @Answers(updateNumber)
  update(request: z.output<typeof updateNumber.request>): Promise<PhoneNumber> {
    return answerOnce(this.database, updateNumber, request, (manager) =>
      this.numbers.patch(manager, request.user_id, request.number, request.params),
    );
  }

  @Answers(listNumbers)
  list(request: ListRequest): Promise<ListOf<NormalizedPhoneNumber>> {
    return this.numbers.list(this.database.manager, request);
  }

  @Answers(deactivateNumber)
  deactivate(request: z.output<typeof deactivateNumber.request>): Promise<PhoneNumber> {
    return answerOnce(this.database, deactivateNumber, request, (manager) =>
      this.numbers.deactivate(manager, request.user_id, request.id),
    );
  }

  @Answers(resolveInbound)
  resolve(request: z.output<typeof resolveInbound.request>): Promise<PhoneNumber> {
    return this.numbers.resolve(this.database.manager, request.number);
  }
}
