import 'reflect-metadata';
import {
  addToSteeringPool,
  buyNumber,
  Call,
  call as callShape,
  cancelNumber,
  carrierWebhook,
  createNumber,
  deactivateNumber,
  endCall,
  getCall,
  getNumber,
  getRecording,
  getUsage,
  linkNumber,
  listCalls,
  placeCall,
  resolveCallAgent,
  storeInSteeringPool,
} from '@parley/contracts';
import { AppError } from '@parley/kernel';
import { AskClient, AskServer, closeNats, connectNats } from '@parley/messaging';
import { createLogger, loadSettings } from '@parley/observability';
import { newApiKey } from '@parley/secrets';
import { createTestDatabase, testNats } from '@parley/testing';
import type { z } from 'zod';
/* eslint-disable @nx/enforce-module-boundaries -- the real config runs beside the gateway here; they meet over NATS only */
import { startConfig } from '../../../config/src/config';
import { configDatabase } from '../../../config/src/database';
import { configSettings } from '../../../config/src/settings';
import { migrate } from '../../../../libs/persistence/src/migrate';
/* eslint-enable @nx/enforce-module-boundaries */
import { startGateway } from '../gateway';
import { gatewaySettings } from '../settings';

/** With a path, as behind a proxy that takes it off. */
export const publicUrl = 'https://parley.example.com/phone';
export const twilioToken = 'twilio-token';

export interface SmallSystem {
  readonly baseUrl: string;
  readonly port: number;
  /** The valid key: of the first user, with all scopes. */
  readonly apiKey: string;
  readonly databaseUrl: string;
  readonly natsUrl: string;
  /** A request with the valid key; `body` goes as it is. */
  send(
    method: string,
    path: string,
    body?: string | null,
    headers?: Record<string, string>,
  ): Promise<Response>;
  /** What the service behind `subject` was asked. */
  readonly asked: readonly { readonly subject: string; readonly request: unknown }[];
  close(): Promise<void>;
}

/** The gateway and config, both real, over a real NATS and Postgres; call-control's part is played here. */
export async function startSmallSystem(gatewayEnv: Record<string, string> = {}): Promise<SmallSystem> {
  const logger = createLogger({ service: 'small-system', level: 'silent' });
  const closers: (() => unknown)[] = [];
  const onClose = (_: string, close: () => unknown) => void closers.push(close);
  const key = newApiKey();

  const natsServer = await testNats();
  closers.push(() => natsServer.close());
  const testDatabase = await createTestDatabase({
    migrate: (url) => migrate(configDatabase({ DATABASE_URL: url, SCHEMA_PREFIX: '' })),
  });
  closers.push(() => testDatabase.drop());
  const nats = await connectNats({ url: natsServer.url, name: 'small-system', logger });
  closers.push(() => closeNats(nats));
  await startConfig({
    settings: loadSettings(configSettings, {
      NATS_URL: natsServer.url,
      DATABASE_URL: testDatabase.url,
      BOOTSTRAP_API_KEY: key.key,
    }),
    logger,
    onClose,
  });

  const asked: { subject: string; request: unknown }[] = [];
  const server = new AskServer({ nats, service: 'call-control', logger });
  playCallControl(server, new AskClient(nats), asked);
  await server.start();
  closers.push(() => server.close());

  const { port } = await startGateway({
    settings: loadSettings(gatewaySettings, {
      NATS_URL: natsServer.url,
      PUBLIC_URL: publicUrl,
      SECRETS_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
      TWILIO_AUTH_TOKEN: twilioToken,
      RATE_LIMIT_PER_KEY_PER_MINUTE: '0',
      RATE_LIMIT_PER_ADDRESS_PER_MINUTE: '0',
      ...gatewayEnv,
    }),
    logger,
    onClose,
  });
  const baseUrl = `http://127.0.0.1:${port}`;
  return {
    baseUrl,
    port,
    apiKey: key.key,
    databaseUrl: testDatabase.url,
    natsUrl: natsServer.url,
    asked,
    send: (method, path, body = null, headers = {}) =>
      fetch(baseUrl + path, {
        method,
        headers: { authorization: `Bearer ${key.key}`, ...headers },
        body,
      }),
    close: async () => {
      for (const close of closers.reverse()) await close();
    },
  };
}

function playCallControl(
  server: AskServer,
  asks: AskClient,
  asked: { subject: string; request: unknown }[],
): void {
  const calls = new Map<string, Call>();
  const known = ({ call_id }: { call_id: string }): Call => {
    const found = calls.get(call_id);
    if (found) return found;
    throw new AppError('not_found', 'CALL.NOT_FOUND', 'Call not found');
  };
  let lastNumber = 4_155_550_100;
  server.answer(placeCall, async (request) => {
    asked.push({ subject: placeCall.subject, request });
    const { user_id, command_id, agent } = request;
    const placed = placedCall(request, await asks.ask(resolveCallAgent, { user_id, command_id, agent }));
    calls.set(placed.id, placed);
    return placed;
  });
  server.answer(getCall, known);
  server.answer(endCall, (request) => {
    asked.push({ subject: endCall.subject, request });
    return { ...known(request), status: 'ended' as const };
  });
  server.answer(buyNumber, ({ user_id, command_id, number_id, inbound_agent }) =>
    asks.ask(createNumber, {
      user_id,
      command_id,
      id: number_id,
      number: `+1${++lastNumber}`,
      telephony_provider: 'twilio',
      carrier_number_id: 'PN1',
      inbound_agent,
    }),
  );
  playNumbers(server, asks);
  server.answer(getRecording, (request) => {
    known(request);
    return { available: false as const };
  });
  server.answer(getUsage, () => ({ month_seconds: 61, month_calls: 1 }));
  server.answer(listCalls, ({ offset, limit }) => {
    const all = [...calls.values()].reverse();
    const items = all.slice(offset, offset + limit).map((call) => ({
      ...call,
      agent: call.agent.id,
      telephony_account_connection: call.telephony_account_connection?.id ?? null,
    }));
    return { items, total: all.length, total_is_estimated: false };
  });
  server.answer(carrierWebhook, (request) => {
    asked.push({ subject: carrierWebhook.subject, request });
    return { twiml: '<Response/>' };
  });
}

function playNumbers(server: AskServer, asks: AskClient): void {
  server.answer(linkNumber, ({ user_id, command_id, number_id, ...linked }) =>
    asks.ask(createNumber, {
      ...linked,
      user_id,
      command_id,
      id: number_id,
      telephony_provider: 'twilio',
      carrier_number_id: 'PN2',
      origin: 'linked',
    }),
  );
  server.answer(cancelNumber, async ({ user_id, command_id, number }) => {
    const { id } = await asks.ask(getNumber, { user_id, number });
    return asks.ask(deactivateNumber, { user_id, command_id, id });
  });
  server.answer(addToSteeringPool, ({ number, ...command }) =>
    asks.ask(storeInSteeringPool, { ...command, number: number ?? '+14155559999' }),
  );
}

function placedCall(request: z.output<typeof placeCall.request>, agent: Call['agent']): Call {
  const nothing = Object.fromEntries(Object.keys(callShape.shape).map((name) => [name, null]));
  return {
    ...(nothing as unknown as Call),
    id: request.call_id,
    user_id: request.user_id,
    status: 'not_started',
    recording_available: false,
    direction: 'outbound',
    to_number: request.to_number,
    from_number: request.from_number,
    agent_phone_number: request.from_number,
    agent,
    telephony_provider: 'twilio',
    hipaa_compliant: request.hipaa_compliant,
    context: request.context,
    telephony_params: request.telephony_params,
    metadata: request.metadata,
  };
}
