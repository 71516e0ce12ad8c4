import { keyProfile } from '@parley/contracts';
import type { KeyProfile } from '@parley/contracts';
import type { ApiClient } from '../api/api-client';
import { carrierAccount } from '../api/carrier-account';
import { ServedDocument } from '../api/served-document';
import { Tenants } from '../api/tenants';
import type { RunningSystem } from '../running-system';
import { dialled } from './choices';
import type { Findings } from './findings';
import { Fuzzer, FuzzOptions } from './fuzzer';

/** Fuzzes a running system as a user of its own. The people that the sandbox's carrier dials are busy meanwhile. */
export async function fuzzSystem(
  system: RunningSystem,
  options: Pick<FuzzOptions, 'requests' | 'seed' | 'onProgress'>,
): Promise<Findings> {
  const tenants = new Tenants(system);
  await system.control('POST', '/faults', { carrier: { answer: { value: 'busy' } } });
  try {
    const { userId, client } = await tenants.user('fuzz');
    const seedClient = await tenants.client(userId, 'seed');
    const documents = await Promise.all(
      keyProfile.options.map(async (profile) => [profile, await ServedDocument.of(client, profile)] as const),
    );
    return await new Fuzzer({
      ...options,
      client,
      connectionId: await connectedAccount(client, system),
      documents: Object.fromEntries(documents) as Record<KeyProfile, ServedDocument>,
      keys: { latest: client.key, seed: seedClient.key },
      atOnce: 8,
    }).run();
  } finally {
    await system.control('POST', '/faults', {});
    await tenants.close();
  }
}

/** An account at the sandbox's carrier that has what can be dialled, so that some of it can be linked. */
async function connectedAccount(client: ApiClient, system: RunningSystem): Promise<string> {
  const numbers = dialled.map((number) => `+${number.replace(/\D/g, '')}`);
  const { credentials } = await carrierAccount(system, { numbers: [...new Set(numbers)] });
  const body = { type: 'account_connection_twilio', credentials };
  return (await client.make('/v1/account_connections/create', body)).id;
}
