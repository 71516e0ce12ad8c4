import { Resolver } from 'node:dns/promises';

/** All addresses of a name, IPv4 first. Rejects when there is none. */
export type ResolveName = (hostname: string) => Promise<readonly string[]>;

/**
 * Asks DNS itself. The system's `getaddrinfo` would do, but it runs on the process's four pool threads, where a few
 * names with a dead server would hold up everyone's look-ups.
 */
export function createResolver(): ResolveName {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  return async (hostname) => {
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const [first] = answers;
    if (addresses.length === 0 && first.status === 'rejected') throw first.reason as Error;
    return addresses;
  };
}
