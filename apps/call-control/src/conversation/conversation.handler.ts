import { Controller } from '@nestjs/common';
import { attach, checkTransfer, finish, transfer } from '@parley/contracts';
import { Answers } from '@parley/messaging';
import type { z } from 'zod';
import { Attachment, AttachMediaUseCase } from './attach-media.use-case';
import { FinishConversationUseCase } from './finish-conversation.use-case';
import { TransferCallUseCase } from './transfer-call.use-case';

/** What a media process asks. */
@Controller()
export class ConversationHandler {
  constructor(
    private readonly attaching: AttachMediaUseCase,
    private readonly finishing: FinishConversationUseCase,
    private readonly transferring: TransferCallUseCase,
  ) {}

  @Answers(attach)
  attach(request: z.output<typeof attach.request>): Promise<Attachment> {
    return this.attaching.execute(request);
  }

  @Answers(finish)
  async finish(request: z.output<typeof finish.request>): Promise<Record<string, never>> {
    await this.finishing.execute(request);
    return {};
  }

  @Answers(transfer)
  async transfer(request: z.output<typeof transfer.request>): Promise<{ phone_number: string }> {
    return { phone_number: await this.transferring.execute(request) };
  }

  @Answers(checkTransfer)
  async checkTransfer(request: z.output<typeof checkTransfer.request>): Promise<{ phone_number: string }> {
    return { phone_number: await this.transferring.check(request) };
  }
}
