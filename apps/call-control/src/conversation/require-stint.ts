import { AppError } from '@parley/kernel';
import type { LockedCall } from '../calls/locked-call';

/** Only the newest attachment of a call may decide anything for it. @throws STINT.FENCED (`conflict`) */
export function requireStint(call: LockedCall, stint: number): void {
  if (call.life.stint === stint) return;
  throw new AppError('conflict', 'STINT.FENCED', 'Another process holds this call now.', {
    details: { stint, current: call.life.stint },
  });
}
