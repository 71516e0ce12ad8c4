import { promptTemplateAsks } from '@parley/contracts';
import { newId } from '@parley/kernel';
import { AskClient, closeNats, connectNats } from '@parley/messaging';
import { createLogger } from '@parley/observability';
import { eventually } from '@parley/testing';
import type { RunningSystem } from '../running-system';
import { carrierAccount } from '../api/carrier-account';
import type { Tenant } from '../api/tenants';

/**
 * The ids of one user's objects, one of each kind that can be referred to; `numbers`: one that was bought;
 * `carrier_numbers`: one of the connected account that is not linked yet.
 */
export type World = Readonly<Record<string, string>>;

/** Makes one object of every kind. */
export async function makeWorld({ userId, client }: Tenant, system: RunningSystem): Promise<World> {
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
  await eventually(async () => {
    const answer = await client.get(`/v1/calls?id=${call.id}`);
    const { status } = answer.json as { status: string };
    if (status !== 'ended' && status !== 'error') throw new Error('the call has not ended yet');
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
    prompt_templates: await makeTemplate(userId, system),
    ...{ numbers: number as string, carrier_numbers: account.number },
  };
}

/** A template of prompts, which the API only refers to. */
async function makeTemplate(user_id: string, system: RunningSystem): Promise<string> {
  const logger = createLogger({ service: 'e2e', level: 'silent' });
  const nats = await connectNats({ url: system.run.natsUrl, name: 'e2e', logger });
  const id = newId();
  const params = { label: 'x', required_context_keys: [] };
  await new AskClient(nats).ask(promptTemplateAsks.create, { user_id, command_id: id, id, params });
  await closeNats(nats);
  return id;
}
