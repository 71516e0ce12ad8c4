import type { FinishReason } from '@parley/conversation';
import type { AttachedCall } from './call-settings';

/** Which leg's socket has started, and with what. */
export interface AttachRequest {
  readonly callId: string;
  readonly legId: string;
  readonly nonce: string;
  readonly carrierCallSid: string;
  readonly streamSid: string;
}

/** The stint that a command is given in. */
export interface HeldCall {
  readonly userId: string;
  readonly callId: string;
  readonly stint: number;
}

/** What media asks of call-control. Each method throws an `AppError`; repeats with the same command id do nothing more. */
export interface CallControl {
  /** @throws FORBIDDEN for a used or strange token, CONFLICT for a call that is over. */
  attach(request: AttachRequest): Promise<AttachedCall>;
  /** `lastWords`: what the carrier is to say in a voice of its own before it hangs up. */
  finish(
    call: HeldCall,
    command: {
      commandId: string;
      reason: FinishReason;
      errorMessage: string | null;
      lastWords: string | null;
    },
  ): Promise<void>;
  /** @throws FORBIDDEN with the guard's reason. */
  checkTransfer(call: HeldCall, phoneNumber: string): Promise<void>;
  /** @throws FORBIDDEN with the guard's reason. */
  transfer(
    call: HeldCall,
    command: { commandId: string; actionId: string; phoneNumber: string },
  ): Promise<void>;
}
