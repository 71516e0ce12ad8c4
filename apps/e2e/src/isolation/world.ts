import { randomBytes } from 'node:crypto';
import type { RunningSystem } from '../running-system';
import type { Tenant } from '../api/tenants';

/**
 * The ids of one user's objects, one of each kind that can be referred to; `numbers`: one that was bought;
 * `carrier_numbers`: one of the connected account that is not linked yet.
 */
export type World = Readonly<Record<string, string>>;

/** Makes one object of every kind. */
export async function makeWorld({ client }: Tenant, system: RunningSystem): Promise<World> {
  const made = async (path: string, body: unknown) => (await client.make(`/v1/${path}/create`, body)).id;
  const prompts = await made('prompts', { content: 'be kind' });
  const voices = await made('voices', { type: 'voice_azure', voice_name: 'x' });
  const actions = await made('actions', { type: 'action_dtmf' });
  const webhooks = await made('webhooks', { url: 'https://example.com/', subscriptions: [] });
  const vector_databases = await made('vector_databases', {
    ...{ type: 'vector_database_pinecone', index: 'x', api_key: 'x', api_environment: 'x' },
  });
  const openai_connections = await made('account_connections', {
    ...{ type: 'account_connection_openai', credentials: { openai_api_key: 'x' } },
  });
  const account = await carrierAccount(system);
  const twilio_connections = await made('account_connections', {
    ...{ type: 'account_connection_twilio', credentials: account.credentials },
  });
  const agents = await made('agents', {
    prompt: prompts,
    voice: voices,
    actions: [actions],
    webhook: webhooks,
  });
  const { number } = await client.make('/v1/numbers/buy', { inbound_agent: agents });
  const call = await client.make('/v1/calls/create', {
    ...{ from_number: number, to_number: '14155552671', agent: agents },
  });
  return {
    ...{
      prompts,
      voices,
      actions,
      webhooks,
      vector_databases,
      agents,
      openai_connections,
      twilio_connections,
    },
    ...{ account_connections: twilio_connections, calls: call.id },
    ...{ numbers: number as string, carrier_numbers: account.number },
  };
}

/** A new account at the sandbox's carrier, with a number. */
export async function carrierAccount(
  system: RunningSystem,
  twilio_auth_token = randomBytes(16).toString('hex'),
) {
  const twilio_account_sid = `AC${randomBytes(16).toString('hex')}`;
  const number = `+1628777${String(randomBytes(4).readUInt32BE() % 10_000).padStart(4, '0')}`;
  await system.control('POST', '/accounts', {
    ...{ account_sid: twilio_account_sid, auth_token: twilio_auth_token, numbers: [number] },
  });
  return { credentials: { twilio_account_sid, twilio_auth_token }, number };
}
