import type { Fault, FaultName } from '../faults';
import type { TranscriberEntries } from '../journal';
import type { ProviderOptions } from './provider-server';
import type { SessionFacts } from './session-door';

/** The faults of one session that a transcriber hears with. */
export interface SessionFaults {
  readonly stall: boolean;
  readonly reset: Fault | undefined;
  readonly garbage: boolean;
  readonly mute: boolean;
  readonly silent: boolean;
  readonly reviseWords: boolean;
  readonly lateFinalMs: number;
  readonly falseEnd: Fault | undefined;
}

const LATE_FINAL_MS = 1500;

/** Asks which faults strike this session, and journals them. */
export function sessionFaults(
  { faults, journal }: ProviderOptions<TranscriberEntries>,
  { number, faultIndex }: SessionFacts,
  provider: string,
): SessionFaults {
  const take = (name: FaultName<'transcriber'>) => {
    const fault = faults.take('transcriber', name, faultIndex, provider);
    if (fault) journal.write('fault', { fault: name, session: number, value: fault.value });
    return fault;
  };
  return {
    stall: take('stall') !== undefined,
    reset: take('reset'),
    garbage: take('garbage') !== undefined,
    mute: take('mute') !== undefined,
    silent: take('silent') !== undefined,
    reviseWords: take('reviseWords') !== undefined,
    lateFinalMs: take('lateFinalMs')?.number(LATE_FINAL_MS) ?? 0,
    falseEnd: take('falseEagerEnd'),
  };
}
