import { AppError } from '@parley/kernel';
import { z } from 'zod';
import { draw } from './draw';

/**
 * Which faults each party knows, and what their `value` means.
 *
 * - carrier: `answer` = the dialled person's outcome (`busy`, `no-answer`, `failed`); `loseMarks`; `swapFrames` = by how
 *   many frames a played frame changes places (default 5); `loseFrames`; `loseCallbacks`, `duplicateCallbacks`,
 *   `reorderCallbacks` (held back until the next one went out); `delayCallbacksMs` = ms; `dropSocketAfterMs` = ms after
 *   the stream's start at which its socket is destroyed; `restStatus` = HTTP status of a REST answer; `restDelayMs`.
 * - receiver: `status` = HTTP status to answer; `lose` = the request is answered 200 and not journalled; `hang`.
 * - transcriber, model, voice: `status` = HTTP status (of the handshake); `slowFirstByteMs`; `stall` = silence after the
 *   first piece; `reset` = the connection is destroyed; `garbage` = bytes that mean nothing; `mute` = silence in place of
 *   words; `empty` = a proper answer without content; the model also
 *   `cut` = the stream ends without its end; the transcriber also `silent` = nothing
 *   is told of the audio, `falseEagerEnd`, `reviseWords`,
 *   `lateFinalMs`.
 */
export const faultNames = {
  carrier: [
    'answer',
    'loseMarks',
    'swapFrames',
    'loseFrames',
    'loseCallbacks',
    'duplicateCallbacks',
    'delayCallbacksMs',
    'reorderCallbacks',
    'dropSocketAfterMs',
    'restStatus',
    'restDelayMs',
  ],
  receiver: ['status', 'lose', 'hang'],
  transcriber: [
    'status',
    'slowFirstByteMs',
    'stall',
    'reset',
    'garbage',
    'mute',
    'silent',
    'falseEagerEnd',
    'reviseWords',
    'lateFinalMs',
  ],
  model: ['status', 'slowFirstByteMs', 'stall', 'reset', 'garbage', 'empty', 'cut'],
  voice: ['status', 'slowFirstByteMs', 'stall', 'reset', 'garbage', 'mute', 'empty'],
} as const;

export type FaultParty = keyof typeof faultNames;
export type FaultName<P extends FaultParty> = (typeof faultNames)[P][number];

const faultRule = z.strictObject({
  /** What the fault needs: a status, a delay in ms, a call's outcome. */
  value: z.union([z.number(), z.string()]).optional(),
  /** Only where this provider is asked, e.g. `deepgram_flux`; the others do not count. */
  provider: z.string().optional(),
  /** Only the first so many occasions that fit. */
  times: z.number().int().positive().optional(),
  /** Only on this call, session or request (from 0, counted since the start of the faults in force). */
  callIndex: z.number().int().nonnegative().optional(),
  /** Pass over so many occasions first. */
  after: z.number().int().nonnegative().optional(),
  /** Only every so manyth occasion. */
  every: z.number().int().positive().optional(),
  /** 0…1; drawn from the seed, so that a run can be repeated. */
  probability: z.number().min(0).max(1).optional(),
});

/** `true` = always; a number or text = that `value`, always. */
const faultSetting = z.preprocess((given) => {
  if (given === true) return {};
  if (typeof given === 'number' || typeof given === 'string') return { value: given };
  return given;
}, faultRule);

function partyFaults(party: FaultParty) {
  const shape = Object.fromEntries(faultNames[party].map((name) => [name, faultSetting.optional()]));
  return z.strictObject(shape).optional();
}

/**
 * The faults in force, as `SANDBOX_FAULTS` and `POST /faults` take them:
 * `{"seed":7,"carrier":{"loseMarks":{"times":1}},"model":{"status":{"value":500,"times":2}},"voice":{"stall":true}}`.
 */
export const faultsSchema = z.strictObject({
  seed: z.number().int().optional(),
  carrier: partyFaults('carrier'),
  receiver: partyFaults('receiver'),
  transcriber: partyFaults('transcriber'),
  model: partyFaults('model'),
  voice: partyFaults('voice'),
});

export type FaultSettings = z.input<typeof faultsSchema>;
type FaultRule = z.output<typeof faultRule>;

/** A fault that takes effect now. */
export interface Fault {
  /** The setting's value; undefined when none was given. */
  readonly value: number | string | undefined;
  /** The value when it is a number, else `fallback`. */
  number(fallback: number): number;
}

/**
 * The faults in force. They are asked for by name, one occasion at a time; what they answer depends only on the
 * settings, the seed and the order of the occasions of that one fault.
 */
export class Faults {
  private rules = new Map<string, FaultRule>();
  private asked = new Map<string, number>();
  private occasions = new Map<string, number>();
  private taken = new Map<string, number>();
  private indexes = new Map<string, number>();
  private seed = 1;

  constructor(settings: FaultSettings = {}) {
    this.replace(settings);
  }

  /** Puts these faults in force in place of all others; counts start anew. @throws SANDBOX.BAD_FAULTS */
  replace(settings: unknown): void {
    const parsed = faultsSchema.safeParse(settings);
    if (!parsed.success)
      throw new AppError('invalid', 'SANDBOX.BAD_FAULTS', z.prettifyError(parsed.error), {
        cause: parsed.error,
      });
    this.seed = parsed.data.seed ?? 1;
    this.rules = new Map();
    this.asked = new Map();
    this.occasions = new Map();
    this.taken = new Map();
    this.indexes = new Map();
    for (const party of Object.keys(faultNames) as FaultParty[])
      for (const [name, rule] of Object.entries(parsed.data[party] ?? {}))
        if (rule) this.rules.set(`${party}.${name}`, rule);
  }

  /**
   * Asks whether the fault strikes on this occasion, and counts it. `index`: which call, session or request (from 0)
   * this is; without it the occasions of the fault are themselves counted. `provider`: who is asked.
   */
  take<P extends FaultParty>(
    party: P,
    name: FaultName<P>,
    index?: number,
    provider?: string,
  ): Fault | undefined {
    const key = `${party}.${name}`;
    const rule = this.rules.get(key);
    if (!rule) return undefined;
    if (rule.provider !== undefined && rule.provider !== provider) return undefined;
    const asked = count(this.asked, key);
    if (rule.callIndex !== undefined && rule.callIndex !== (index ?? asked)) return undefined;
    const occasion = count(this.occasions, key);
    const past = occasion - (rule.after ?? 0);
    if (past < 0) return undefined;
    if (rule.every !== undefined && (past + 1) % rule.every !== 0) return undefined;
    const taken = this.taken.get(key) ?? 0;
    if (rule.times !== undefined && taken >= rule.times) return undefined;
    if (rule.probability !== undefined && draw(this.seed, key, occasion) >= rule.probability)
      return undefined;
    this.taken.set(key, taken + 1);
    return new StruckFault(rule.value);
  }

  /** The number of a party's next call, session or request since these faults are in force; from 0. */
  nextIndex(party: FaultParty): number {
    return count(this.indexes, party);
  }

  /** True when the fault is in force at all; counts nothing. For hot paths that would ask at every frame. */
  has<P extends FaultParty>(party: P, name: FaultName<P>): boolean {
    return this.rules.has(`${party}.${name}`);
  }
}

class StruckFault implements Fault {
  constructor(readonly value: number | string | undefined) {}

  number(fallback: number): number {
    return typeof this.value === 'number' ? this.value : fallback;
  }
}

/** How often this was counted before now; counts once more. */
function count(counts: Map<string, number>, key: string): number {
  const before = counts.get(key) ?? 0;
  counts.set(key, before + 1);
  return before;
}
