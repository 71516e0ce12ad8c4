import { attach, checkTransfer, finish, transfer } from '@parley/contracts';
import type { AskClient } from '@parley/messaging';
import type { AttachRequest, CallControl, HeldCall } from './call-control.port';
import type { AttachedCall } from './call-settings';

/** call-control over NATS. */
export class NatsCallControl implements CallControl {
  constructor(
    private readonly asks: AskClient,
    private readonly instance: string,
  ) {}

  async attach(request: AttachRequest): Promise<AttachedCall> {
    const answer = await this.asks.ask(attach, {
      call_id: request.callId,
      leg_id: request.legId,
      nonce: request.nonce,
      carrier_call_sid: request.carrierCallSid,
      stream_sid: request.streamSid,
      instance: this.instance,
    });
    const { spec, stint, history, call_started_at_ms: callStartedAtMs } = answer;
    return { spec, stint, history, callStartedAtMs };
  }

  async finish(call: HeldCall, command: Parameters<CallControl['finish']>[1]): Promise<void> {
    const { commandId, reason, errorMessage, lastWords } = command;
    await this.asks.ask(finish, {
      ...fields(call),
      stint: call.stint,
      command_id: commandId,
      reason,
      error_message: errorMessage,
      last_words: lastWords,
    });
  }

  async checkTransfer(call: HeldCall, phoneNumber: string): Promise<void> {
    await this.asks.ask(checkTransfer, { ...fields(call), phone_number: phoneNumber });
  }

  async transfer(call: HeldCall, command: Parameters<CallControl['transfer']>[1]): Promise<void> {
    await this.asks.ask(transfer, {
      ...fields(call),
      stint: call.stint,
      command_id: command.commandId,
      action_id: command.actionId,
      phone_number: command.phoneNumber,
    });
  }
}

function fields({ userId, callId }: HeldCall) {
  return { user_id: userId, call_id: callId };
}
