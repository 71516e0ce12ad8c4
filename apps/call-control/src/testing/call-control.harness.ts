import 'reflect-metadata';
import { newCallLife } from '@parley/calls';
import { FakeCarrier } from '@parley/calls/testing';
import {
  Agent,
  agent,
  attach,
  Call,
  CallEvent,
  CallFact,
  callEvent,
  CarrierWebhook,
  carrierWebhook,
  FactBody,
  factId,
  factSubject,
  fetchContext,
  FetchContext,
  FetchedContext,
  getCall,
  getNumber,
  getUserPlan,
  knowledgeAsks,
  PhoneNumber,
  placeCall,
  resolveCallAgent,
  resolveInbound,
} from '@parley/contracts';
import { AppError, newId } from '@parley/kernel';
import { AskClient, AskServer, closeNats, connectNats, NatsConnection, Teller } from '@parley/messaging';
import { createLogger, loadSettings } from '@parley/observability';
import { migrate } from '@parley/persistence';
import { MediaTokens } from '@parley/secrets';
import { createTestDatabase, eventually, testNats } from '@parley/testing';
import { DataSource } from 'typeorm';
import { CallRules } from '../calls/locked-call';
import { startCallControl } from '../call-control';
import { callsDatabase } from '../database';
import { callControlSettings } from '../settings';
import { ConnectionsStandIn, secretsKeys } from './connections-stand-in';

const mediaTokenKey = Buffer.alloc(32, 7).toString('base64');

/** Short, so that what waits in a specification waits briefly. */
export const quickRules: CallRules = {
  settleMs: 400,
  ringTimeoutMs: 1_000,
  timeLimitMs: 3_600_000,
  silenceMs: 200,
  recheckMs: 150,
  gapMs: 1_000,
};

export const ownNumber = '+14155550100';
export const otherNumber = '+14155552671';

/** call-control with a real database and a real NATS; the carrier and config are stand-ins. */
export class CallControlHarness {
  readonly carrier = new FakeCarrier();
  readonly userId = newId();
  readonly logger = createLogger({ service: 'call-control-spec', level: 'fatal' });
  readonly tokens = new MediaTokens(mediaTokenKey);
  readonly config = new ConnectionsStandIn(this.userId, (changes) => this.phoneNumber(changes));
  /** Numbers that config knows, by E.164. */
  readonly numbers = this.config.numbers;
  /** The agents that config was asked for, newest last. */
  readonly resolved: unknown[] = [];
  plan: 'plan_free' | 'plan_developer' = 'plan_developer';
  /** What integrations answers; null: it is not there. */
  integrations: {
    readonly fetch: (request: FetchContext) => Promise<FetchedContext> | FetchedContext;
    readonly hasDocuments: boolean;
  } | null = { fetch: () => ({ context: {}, problems: [] }), hasDocuments: false };
  /** Of every user's plan. */
  limitMinutes: number | null = null;
  /** The settings of a call-control that works with this database and this NATS. */
  environment: Record<string, string> = {};
  asks!: AskClient;
  database!: DataSource;
  private nats!: NatsConnection;
  private teller!: Teller;
  private readonly closers: (() => unknown)[] = [];

  async start(): Promise<void> {
    await this.prepare();
    await this.serve();
  }

  /** Starts call-control in this process. */
  async serve(): Promise<void> {
    const settings = loadSettings(callControlSettings, this.environment);
    await startCallControl(
      { settings, logger: this.logger, onClose: (_, close) => void this.closers.push(close) },
      {
        carrier: this.carrier,
        connect: (credentials) => this.config.open(credentials),
        rules: quickRules,
        settleEveryMs: 20,
        numberSettling: { everyMs: 20, forsakenMs: 60_000 },
      },
    );
  }

  /** All that call-control needs, without call-control itself. */
  async prepare(): Promise<void> {
    const server = await testNats();
    this.closers.push(() => server.close());
    const testDatabase = await createTestDatabase({
      migrate: (url) => migrate(callsDatabase({ DATABASE_URL: url, SCHEMA_PREFIX: 'p_' })),
    });
    this.closers.push(() => testDatabase.drop());
    this.nats = await connectNats({ url: server.url, name: 'spec', logger: this.logger });
    this.closers.push(() => closeNats(this.nats));
    this.asks = new AskClient(this.nats);
    this.teller = new Teller(this.nats);
    await this.answerForConfig();
    this.environment = {
      NATS_URL: server.url,
      DATABASE_URL: testDatabase.url,
      SCHEMA_PREFIX: 'p_',
      PUBLIC_URL: 'https://parley.example.com',
      PUBLIC_MEDIA_URL: 'wss://parley.example.com',
      MEDIA_TOKEN_KEY: mediaTokenKey,
      SECRETS_KEYS: secretsKeys,
      TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
      TWILIO_AUTH_TOKEN: 'token',
    };
    this.database = await callsDatabase({ DATABASE_URL: testDatabase.url, SCHEMA_PREFIX: 'p_' }).initialize();
    this.closers.push(() => this.database.destroy());
  }

  async close(): Promise<void> {
    for (const close of this.closers.reverse()) await close();
  }

  get agent(): Agent {
    const owned = (id: string) => ({ id, user_id: this.userId });
    return agent.parse({
      ...owned('0197a000-0000-7000-8000-000000000001'),
      name: 'Ada',
      prompt: { ...owned(newId()), content: 'Be kind.' },
      voice: { ...owned(newId()), type: 'voice_eleven_labs', voice_id: 'v' },
      actions: [],
      webhook: { ...owned(newId()), url: 'https://example.com/h', subscriptions: [], method: 'POST' },
    });
  }

  place(changes: Record<string, unknown> = {}): Promise<Call> {
    return this.asks.ask(placeCall, {
      user_id: this.userId,
      command_id: newId(),
      call_id: newId(),
      from_number: '+15005550006',
      to_number: otherNumber,
      agent: this.agent.id,
      on_no_human_answer: 'continue',
      run_do_not_call_detection: null,
      hipaa_compliant: false,
      context: null,
      telephony_params: null,
      ...changes,
    });
  }

  call(callId: string): Promise<Call> {
    return this.asks.ask(getCall, { user_id: this.userId, call_id: callId });
  }

  /** A request of the carrier's about a leg; gives the document that it is answered with. */
  async carrierAsks(
    kind: 'answer' | 'status' | 'connect-ended' | 'dial-ended' | 'inbound' | 'inbound-status',
    call: { id: string; carrier_call_sid: string | null } | null,
    params: Record<string, string> = {},
    account: CarrierWebhook['account'] = null,
  ): Promise<string | null> {
    const { twiml } = await this.asks.ask(carrierWebhook, {
      provider: 'twilio',
      kind,
      call_id: call?.id ?? null,
      account,
      params: { ...(call?.carrier_call_sid && { CallSid: call.carrier_call_sid }), ...params },
      received_at_ms: Date.now(),
    });
    return twiml;
  }

  /** What a media process does with the document of `<Connect>`. */
  async attach(document: string | null, sid: string, instance = 'm1') {
    const token = /\/media\/([\w.-]+)"/.exec(document ?? '')?.[1];
    if (!token) throw new Error(`no stream in ${document}`);
    const { callId, legId, nonce } = this.tokens.check(token, Date.now());
    return this.asks.ask(attach, {
      call_id: callId,
      leg_id: legId,
      nonce,
      carrier_call_sid: sid,
      stream_sid: `MZ${newId()}`,
      instance,
    });
  }

  /** An outbound call, answered and attached. */
  async connectedCall(changes: Record<string, unknown> = {}): Promise<Call & { carrier_call_sid: string }> {
    const placed = await this.place(changes);
    const sid = placed.carrier_call_sid ?? '';
    this.carrier.setStatus(sid, 'in-progress');
    await this.attach(await this.carrierAsks('answer', placed, { CallStatus: 'in-progress' }), sid);
    return { ...placed, carrier_call_sid: sid };
  }

  async tell(callId: string, facts: readonly [stint: number, n: number, body: FactBody][]): Promise<void> {
    for (const [stint, n, body] of facts) {
      const fact: CallFact = {
        user_id: this.userId,
        call_id: callId,
        stint,
        n,
        at_ms: Date.now(),
        body,
      };
      // Each under an id of its own, so that a repeat reaches the inbox and is not dropped by the stream.
      await this.teller.tell(factSubject(callId), `${factId(fact)}:${newId()}`, fact);
    }
  }

  async tellNonsense(subject: string, payload: unknown): Promise<void> {
    await this.teller.tell(subject, newId(), payload);
  }

  /** The call's events as they were written, in order of their sequence. */
  async events(callId: string): Promise<CallEvent[]> {
    const rows = await this.database.query<{ payload: unknown }[]>(
      `SELECT payload FROM outbox WHERE payload->>'call_id' = $1 ORDER BY position`,
      [callId],
    );
    return rows.map((row) => callEvent.parse(row.payload));
  }

  async eventTypes(callId: string): Promise<string[]> {
    return (await this.events(callId)).map((event) => event.type);
  }

  /** The call, once it has its final state. */
  ended(callId: string): Promise<Call> {
    return eventually(async () => {
      const call = await this.call(callId);
      expect(['ended', 'error']).toContain(call.status);
      return call;
    });
  }

  /** The call's events as they are in the stream. */
  async publishedEvents(callId: string): Promise<unknown[]> {
    const manager = await this.nats.jetstreamManager();
    const { state } = await manager.streams.info('CALL_EVENTS');
    const events: { call_id: string }[] = [];
    for (let seq = 1; seq <= state.last_seq; seq += 1) {
      events.push((await manager.streams.getMessage('CALL_EVENTS', { seq })).json());
    }
    return events.filter((event) => event.call_id === callId);
  }

  deadLetters(): Promise<number> {
    return this.nats
      .jetstreamManager()
      .then((manager) => manager.streams.info('DEAD_LETTERS'))
      .then((info) => info.state.messages);
  }

  /** A call as a process leaves it that dies between its row and its dial. */
  async orphan(): Promise<string> {
    const placed = await this.place();
    const life = newCallLife('outbound', Date.now());
    await this.database.query('DELETE FROM carrier_sids WHERE call_id = $1', [placed.id]);
    await this.database.query(
      `UPDATE legs SET dial = 'pending', carrier_sid = NULL, carrier_status = NULL WHERE call_id = $1`,
      [placed.id],
    );
    await this.database.query('UPDATE calls SET life = $2::jsonb, check_at = now() WHERE id = $1', [
      placed.id,
      JSON.stringify(life),
    ]);
    return placed.id;
  }

  phoneNumber(changes: Partial<PhoneNumber> = {}): PhoneNumber {
    return {
      id: newId(),
      user_id: this.userId,
      number: ownNumber,
      active: true,
      label: '',
      inbound_agent: this.agent,
      outbound_only: false,
      example_context: null,
      telephony_provider: 'twilio',
      carrier_number_id: 'PN1',
      telephony_account_connection: null,
      origin: 'bought',
      ...changes,
    };
  }

  /** The problems on the call's log. */
  async problems(callId: string): Promise<unknown[]> {
    const rows = await this.database.query<{ data: { code: string } }[]>(
      `SELECT data FROM call_log WHERE call_id = $1 AND kind = 'problem' ORDER BY position`,
      [callId],
    );
    return rows.map(({ data }) => data.code);
  }

  private presentIntegrations(): NonNullable<CallControlHarness['integrations']> {
    if (this.integrations) return this.integrations;
    throw new AppError('unavailable', 'ASK.NO_RESPONDER', 'Nobody answers.');
  }

  private async answerForConfig(): Promise<void> {
    const server = new AskServer({ nats: this.nats, service: 'config', logger: this.logger });
    server.answer(resolveCallAgent, ({ agent: asked }) => {
      this.resolved.push(asked);
      return this.agent;
    });
    server.answer(getUserPlan, () => ({
      plan_type: this.plan,
      monthly_usage_limit_minutes: this.limitMinutes,
    }));
    server.answer(getNumber, ({ number }) => this.config.find(number));
    server.answer(resolveInbound, ({ number }) => this.config.find(number));
    this.config.answer(server);
    server.answer(fetchContext, (request) => this.presentIntegrations().fetch(request));
    server.answer(knowledgeAsks.has, () => ({ has: this.presentIntegrations().hasDocuments }));
    await server.start();
    this.closers.push(() => server.close());
  }
}
