import { CallTimings, CarrierCall, CarrierPort, parsePossibleNumber } from '@parley/calls';
import { Agent, Call, PlaceCall, placeCall, resolveCallAgent } from '@parley/contracts';
import { AppError } from '@parley/kernel';
import type { AskClient, Logger } from '@parley/messaging';
import { findResult, runOnce, RunOnceOptions } from '@parley/persistence';
import { SecretBox } from '@parley/secrets';
import type { DataSource } from 'typeorm';
import { adoptSid, CallChanges, callerLeg, legs } from '../calls/call-changes';
import { Background, CallBackground } from '../calls/call-background';
import { CallView } from '../calls/call-view';
import { insertCall } from '../calls/new-call';
import { askedWithoutWords, sealWords } from '../calls/sealed-words';
import { connectionOfCallerId } from '../carrier-accounts/caller-id';
import { CarrierAccounts } from '../carrier-accounts/carrier-accounts';
import { CarrierActions } from '../carrier/carrier-actions';
import { CarrierAddresses } from '../carrier/carrier-addresses';
import type { CallOptions } from '../rows/call.row';
import { MonthlyMinutes } from '../usage/monthly-minutes';
import { derivedCommand } from '../commands/derived-command';
import { DialRules } from './dial-rules';
import { GreetingAhead } from './greeting-ahead';
import { untilFree } from '../commands/until-free';

/** What a call goes through. */
interface Line {
  readonly connectionId: string | null;
  readonly carrier: CarrierPort;
}

interface Placed {
  readonly call_id: string;
}

/** How long a repeat of a command waits for the first one to have dialled. */
const dialPatienceMs = 14_000;

/**
 * Places a call: our row first, then the dial, once, whatever is repeated and whoever dies. A process that dies between
 * the two leaves a call that nobody dials again: if the carrier was asked, its callbacks, which carry our id, adopt the
 * leg; if not, the settler ends the call when the ringing would have ended.
 */
export class PlaceCallUseCase {
  constructor(
    private readonly parts: {
      database: DataSource;
      changes: CallChanges;
      actions: CarrierActions;
      accounts: CarrierAccounts;
      addresses: CarrierAddresses;
      asks: AskClient;
      dialRules: DialRules;
      minutes: MonthlyMinutes;
      background: CallBackground;
      greetings: GreetingAhead;
      views: CallView;
      secrets: SecretBox;
      rules: CallTimings;
      logger: Logger;
    },
  ) {}

  /**
   * The call, dialled. A carrier that refuses shows on the call, not as an error.
   * A repeat is answered with the first one's call, whatever has become of the rules meanwhile.
   * @throws NUMBER.IMPOSSIBLE, DIAL.REFUSED, NUMBER.NOT_YOURS (all `invalid`, naming the field), COMMAND.OTHER_BODY (`conflict`),
   * USAGE.LIMIT_REACHED (`forbidden`), and what config says of the agent.
   */
  async execute(request: PlaceCall): Promise<Call> {
    const { manager } = this.parts.database;
    const { user_id: userId, command_id: commandId } = request;
    const earlier = await findResult(manager, userId, commandId, commandOf(request));
    const { call_id: callId, isNew } = earlier
      ? { ...(earlier.result as Placed), isNew: false }
      : await this.place(request);
    if (!isNew) await this.untilDialled(userId, callId);
    return this.parts.views.one(userId, callId);
  }

  private async place(request: PlaceCall): Promise<Placed & { isNew: boolean }> {
    const from = parsePossibleNumber(request.from_number, ['body', 'from_number']);
    const to = await this.allowed(request, from);
    await this.parts.minutes.requireSome(request.user_id);
    const line = await this.line(request.user_id, from);
    const placed = await this.create(request, { from, to, connectionId: line.connectionId });
    if (placed.isNew) {
      if (placed.problems.length > 0) await this.noteProblems(request, placed.problems);
      await this.dial({ userId: request.user_id, callId: placed.call_id }, { ...line, from, to });
    }
    return placed;
  }

  private async allowed(request: PlaceCall, from: string): Promise<string> {
    const path = ['body', 'to_number'];
    const { user_id: userId, to_number: to } = request;
    const { number, refusal } = await this.parts.dialRules.check({ userId, to, path, from });
    if (!refusal) return number;
    throw new AppError('invalid', 'DIAL.REFUSED', `The number ${refusal.message}.`, {
      details: { reason: refusal.reason },
      issues: [{ path, message: refusal.message, type: 'value_error' }],
    });
  }

  /** The account that a call from this number goes through. */
  private async line(userId: string, from: string): Promise<Line> {
    const { asks, accounts } = this.parts;
    const callerId = { number: from, path: ['body', 'from_number'] };
    const connectionId = await connectionOfCallerId(asks, userId, callerId);
    return { connectionId, carrier: await accounts.of(userId, connectionId) };
  }

  private async create(
    request: PlaceCall,
    { from, to, connectionId }: { from: string; to: string; connectionId: string | null },
  ): Promise<Placed & { isNew: boolean; problems: Background['problems'] }> {
    const { database, changes, accounts, rules } = this.parts;
    const made = { isNew: false };
    const { agent, ...words } = await this.snapshot(request);
    const about = { userId: request.user_id, callId: request.call_id, agent, caller: null };
    const { documents, problems } = await this.parts.background.of(about);
    const placed = await untilFree(() =>
      runOnce(
        database.manager,
        request.user_id,
        request.command_id,
        async (manager) => {
          const call = {
            userId: request.user_id,
            callId: request.call_id,
            direction: 'outbound' as const,
            fromNumber: from,
            toNumber: to,
            agent,
            connectionId,
            options: {
              onNoHumanAnswer: request.on_no_human_answer,
              runDoNotCallDetection: request.run_do_not_call_detection,
              hipaaCompliant: request.hipaa_compliant,
              ...words,
              telephonyParams: request.telephony_params,
              ...documents,
              ...(request.metadata && { metadata: request.metadata }),
            },
            provider: accounts.provider,
          };
          await insertCall(manager, call, rules, changes.now());
          made.isNew = true;
          return { call_id: request.call_id };
        },
        commandOf(request),
      ),
    );
    if (made.isNew) {
      const { context, hipaa_compliant: hipaaCompliant } = request;
      this.parts.greetings.tell({ agent, context, hipaaCompliant });
    }
    return { ...placed, ...made, problems };
  }

  private async noteProblems(request: PlaceCall, problems: Background['problems']): Promise<void> {
    await this.parts.changes.change(request.user_id, request.call_id, async (call) => {
      for (const problem of problems) await call.noteProblem(problem);
    });
  }

  /** The agent and the words as they are stored; of a call that keeps no words, apart and sealed. */
  private async snapshot(
    request: PlaceCall,
  ): Promise<{ agent: Agent } & Pick<CallOptions, 'context' | 'sealedWords'>> {
    const { context, user_id: userId, call_id: callId } = request;
    if (!request.hipaa_compliant) return { agent: await this.agent(request), context };
    const asked = askedWithoutWords(request.agent);
    const agent = await this.agent({ ...request, agent: asked.agent });
    const sealed = sealWords({ userId, callId, agent }, { ...asked.words, context }, this.parts.secrets);
    return { ...sealed, context: null };
  }

  private agent(request: PlaceCall): Promise<Agent> {
    const { user_id, command_id, fingerprint, agent } = request;
    // Of two bodies that come under one key at once, the refused one must not give the other its agent.
    const command = fingerprint === null ? command_id : `${command_id} ${fingerprint}`;
    return untilFree(() =>
      this.parts.asks.ask(resolveCallAgent, {
        user_id,
        command_id: derivedCommand(command, 'agent'),
        agent,
      }),
    );
  }

  private async dial(
    { userId, callId }: { userId: string; callId: string },
    { from, to, carrier, connectionId }: Line & { from: string; to: string },
  ): Promise<void> {
    const { addresses, rules, logger } = this.parts;
    try {
      const placed = await carrier.place({
        from,
        to,
        ...addresses.ofCall({ id: callId, userId, connectionId }),
        ringTimeoutS: rules.ringTimeoutMs / 1000,
        timeLimitS: rules.timeLimitMs / 1000,
      });
      await this.noteDialled(userId, callId, placed);
    } catch (error) {
      const { code, message } = AppError.from(error);
      logger.warn({ callId, code, pii: { message } }, 'carrier did not take a call');
      if (code === 'CARRIER.UNKNOWN_OUTCOME') await this.noteUnknown(userId, callId);
      else if (code.startsWith('CARRIER.')) await this.noteRefused(userId, callId, message);
      else throw error;
    }
  }

  private async noteDialled(userId: string, callId: string, placed: CarrierCall): Promise<void> {
    const { followUps } = await this.parts.changes.change(userId, callId, async (call) => {
      const leg = await callerLeg(call.manager, userId, callId);
      // The answer may come after the first callbacks, which named the leg already.
      await adoptSid(call, leg, placed);
      await call.advance({ type: 'carrier_status', status: placed.status });
    });
    await this.parts.actions.carryOut(userId, callId, followUps);
  }

  private async noteRefused(userId: string, callId: string, message: string): Promise<void> {
    await this.parts.changes.change(userId, callId, async (call) => {
      const leg = await callerLeg(call.manager, userId, callId);
      await legs(call.manager).update(userId, leg.id, { dial: 'settled' });
      await call.advance({ type: 'dial_refused', message });
    });
  }

  /** Never dialled again: the carrier's callbacks settle it, or its silence does. */
  private async noteUnknown(userId: string, callId: string): Promise<void> {
    await this.parts.changes.change(userId, callId, async (call) => {
      const leg = await callerLeg(call.manager, userId, callId);
      if (leg.dial === 'pending') await legs(call.manager).update(userId, leg.id, { dial: 'unknown' });
    });
  }

  private async untilDialled(userId: string, callId: string): Promise<void> {
    const deadlineMs = performance.now() + dialPatienceMs;
    while (performance.now() < deadlineMs) {
      const { dial } = await callerLeg(this.parts.changes.manager, userId, callId);
      if (dial !== 'pending') return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function commandOf({ fingerprint }: PlaceCall): RunOnceOptions {
  return { name: placeCall.subject, fingerprint };
}
