import { keyProfile } from '@parley/contracts';
import type { KeyProfile } from '@parley/contracts';
import { ServedDocument } from '../api/served-document';
import { Tenants } from '../api/tenants';
import type { RunningSystem } from '../running-system';
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
      documents: Object.fromEntries(documents) as Record<KeyProfile, ServedDocument>,
      keys: { latest: client.key, seed: seedClient.key },
      atOnce: 8,
    }).run();
  } finally {
    await system.control('POST', '/faults', {});
    await tenants.close();
  }
}
