import { createHmac } from 'node:crypto';
import type { ActionRun, RunAction } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { Clock } from '@parley/kernel';
import type { Logger } from '@parley/messaging';
import type { GuardedHttpClient } from '@parley/outbound-http';
import type { SecretBox } from '@parley/secrets';
import { answerNotKept, notSent, outcomeOf, outcomeOfFailure } from './action-outcome';
import type { ActionOutcome } from './action-outcome';
import { signedRequest } from './action-request';
import type { SignedRequest } from './action-request';
import type { EffectKey, EffectLedger } from './effect.ledger';
import { InputCheck } from './input-check';
import { pythonJson } from './python-json';
import { sendAction } from './send-action';

export interface RunActionParts {
  readonly ledger: EffectLedger;
  readonly http: GuardedHttpClient;
  readonly secrets: SecretBox;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The customer's server has so long, from the first attempt to connect to the last byte of its answer. */
const requestTimeoutMs = 10_000;
/** With less than this left to wait, nobody would hear the answer: nothing is sent. */
const leastTimeoutMs = 1_000;
/** Between two looks at what another process is doing. */
const lookEveryMs = 50;

interface Running {
  readonly fingerprint: string;
  readonly answer: Promise<ActionRun>;
}

/** Runs an external action once, however often it is asked for. */
export class RunActionUseCase {
  private readonly check = new InputCheck();
  /** What this process is at; bounded by the asks that it takes at once. */
  private readonly running = new Map<string, Running>();

  constructor(private readonly parts: RunActionParts) {}

  /** `withinMs`: how long the asker still waits. @throws ACTION.OTHER_INPUT, ACTION.STILL_RUNNING */
  async execute(request: RunAction, withinMs: number): Promise<ActionRun> {
    const secret = this.openSecret(request);
    if (secret === null) return notSent('SECRETS.CANNOT_OPEN', 'The request cannot be signed.').answer;
    const fingerprint = fingerprintOf(request, secret);
    const name = [request.user_id, request.call_id, request.tool_call_id].join(' ').toLowerCase();
    const running = this.running.get(name);
    if (running?.fingerprint === fingerprint) return running.answer;
    const answer = this.run(request, { secret, fingerprint }, withinMs);
    if (running) return answer;
    this.running.set(name, { fingerprint, answer });
    return answer.finally(() => this.running.delete(name));
  }

  private async run(
    request: RunAction,
    { secret, fingerprint }: { secret: string; fingerprint: string },
    withinMs: number,
  ): Promise<ActionRun> {
    const { ledger, clock } = this.parts;
    const key = keyOf(request);
    const input = request.hipaa ? null : request.input;
    const deadlineMs = clock.monotonicMs() + withinMs;
    for (;;) {
      const claim = await ledger.claim(key, { actionId: request.action.id, fingerprint, input });
      if (claim.kind === 'settled') return claim.answer ?? answerNotKept(claim.state);
      const leftMs = deadlineMs - clock.monotonicMs();
      if (leftMs <= 0 || (claim.kind === 'ours' && leftMs < leastTimeoutMs)) throw stillRunning();
      const done = claim.kind === 'ours' && (await this.carryOut(request, secret, claim.lease, leftMs));
      if (done) return done;
      await new Promise<void>((resolve) => void clock.after(lookEveryMs, resolve));
    }
  }

  /** Null when the lease was lost before anything was sent. */
  private async carryOut(
    request: RunAction,
    secret: string,
    lease: string,
    withinMs: number,
  ): Promise<ActionRun | null> {
    const prepared = this.prepare(request, secret);
    const key = keyOf(request);
    if ('state' in prepared) return this.settle(request, lease, prepared);
    if (!(await this.parts.ledger.beginSending(key, lease))) return null;
    const timeoutMs = Math.min(requestTimeoutMs, withinMs);
    const { url, speak_on_receive: speaksOnReceive } = request.action;
    const outcome = await sendAction(this.parts.http, { ...prepared, url }, timeoutMs).then(
      (response) => outcomeOf(response, speaksOnReceive),
      outcomeOfFailure,
    );
    return this.settle(request, lease, outcome);
  }

  private prepare(request: RunAction, secret: string): SignedRequest | ActionOutcome {
    const refusal = this.check.refusal(request.action.input_schema, request.input);
    if (refusal !== null) return notSent('ACTION.BAD_INPUT', `The input was not sent: ${refusal}.`);
    return signedRequest(request.input, request.call_id, secret);
  }

  private async settle(request: RunAction, lease: string, outcome: ActionOutcome): Promise<ActionRun> {
    const { ledger, logger } = this.parts;
    const { state, reason, answer } = outcome;
    const fields = { callId: request.call_id, actionId: request.action.id, state, reason };
    try {
      await ledger.settle(keyOf(request), lease, outcome, !request.hipaa);
      logger.info(fields, 'action run');
    } catch (error) {
      // Who asked gets the answer; a repeat will learn that it is not known.
      logger.error({ ...fields, err: error }, 'what came of an action could not be written down');
    }
    return answer;
  }

  private openSecret(request: RunAction): string | null {
    const { secrets, logger } = this.parts;
    const { id, signature_secret: sealed } = request.action;
    const binding = { userId: request.user_id, resource: 'actions', id, field: 'signature_secret' };
    const secret = secrets.openIfPossible(sealed, binding);
    if (secret === null) logger.error({ actionId: id }, 'the secret of an action does not open');
    return secret;
  }
}

const keyOf = (request: RunAction): EffectKey => ({
  userId: request.user_id,
  callId: request.call_id,
  toolCallId: request.tool_call_id,
});

/** Keyed, because an input of few possible values could be guessed from a plain digest of it. */
function fingerprintOf({ action, input }: RunAction, secret: string): string {
  return createHmac('sha256', secret)
    .update(pythonJson([action.id.toLowerCase(), input]))
    .digest('base64');
}

function stillRunning(): AppError {
  return new AppError('timeout', 'ACTION.STILL_RUNNING', 'The same action is still being carried out.');
}
