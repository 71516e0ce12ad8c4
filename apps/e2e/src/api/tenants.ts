import type { KeyProfile } from '@parley/contracts';
import type { RunningSystem } from '../running-system';
import { ApiClient } from './api-client';

export interface Tenant {
  readonly userId: string;
  readonly client: ApiClient;
}

/** Makes users and keys of the running system, with its first key. */
export class Tenants {
  private readonly operator: ApiClient;
  private readonly clients: ApiClient[] = [];

  constructor(private readonly system: RunningSystem) {
    this.operator = this.kept(new ApiClient(system.run.url, system.run.apiKey));
  }

  /** A new user on the unlimited plan, with a key that may read and write. */
  async user(name: string, profile: KeyProfile = 'latest'): Promise<Tenant> {
    const { id } = await this.operator.make('/admin/users/create', { name, plan_type: 'plan_unlimited' });
    return { userId: id, client: await this.client(id, profile) };
  }

  /** A further key of a user. */
  async client(userId: string, profile: KeyProfile): Promise<ApiClient> {
    const asked = { user_id: userId, name: 'e2e', scopes: ['read', 'write'], profile };
    const { key } = await this.operator.make('/admin/keys/create', asked);
    return this.kept(new ApiClient(this.system.run.url, key as string));
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
  }

  private kept(client: ApiClient): ApiClient {
    this.clients.push(client);
    return client;
  }
}
