import type { Webhook } from '@parley/contracts';
import type { DataSource } from 'typeorm';

/** What this service knows of config's webhooks. */
export class EndpointStore {
  constructor(private readonly database: DataSource) {}

  /** Keeps the newest version, in whatever order the versions come. */
  async save(endpoint: Webhook, version: number): Promise<void> {
    await this.database.query(
      `INSERT INTO endpoints (user_id, id, url, method, subscriptions, version)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (user_id, id) DO UPDATE
         SET url = excluded.url, method = excluded.method, subscriptions = excluded.subscriptions,
             version = excluded.version, updated_at = now()
         WHERE endpoints.version < excluded.version`,
      [endpoint.user_id, endpoint.id, endpoint.url, endpoint.method, endpoint.subscriptions, version],
    );
  }

  /** The event types that the endpoint wants; undefined when it is not known here. */
  async subscriptions(userId: string, id: string): Promise<readonly string[] | undefined> {
    const rows = await this.database.query<{ subscriptions: string[] }[]>(
      'SELECT subscriptions FROM endpoints WHERE user_id = $1 AND id = $2',
      [userId, id],
    );
    return rows[0]?.subscriptions;
  }
}
