import type { Agent, AgentSettings, NormalizedPrompt } from '@parley/contracts';
import type { PreparedStatement } from '@parley/persistence';

type Document = Readonly<Record<string, unknown>>;

/** What `agentStatement` gives. */
export interface WholeAgentRow {
  readonly id: string;
  readonly settings: AgentSettings;
  readonly prompt_id: string;
  readonly prompt: Omit<NormalizedPrompt, 'id' | 'user_id'>;
  readonly template_id: string | null;
  readonly template: Document | null;
  readonly voice_id: string;
  readonly voice: Document;
  readonly webhook_id: string | null;
  readonly webhook: Document | null;
  readonly vector_database_id: string | null;
  readonly vector_database: Document | null;
  readonly connection_id: string | null;
  readonly connection: Document | null;
  /** In the order in which the agent was given them; null for none. */
  readonly actions: readonly { readonly id: string; readonly params: Document }[] | null;
}

/**
 * An agent (`$2`) of a user's (`$1`) with all that belongs to it, in one round trip. Prepared, for planning a
 * join of eight tables takes Postgres three times as long as running it.
 */
export const agentStatement: PreparedStatement = {
  name: 'agent',
  text: `
    SELECT a.id, a.settings,
      p.id AS prompt_id, p.params AS prompt, t.id AS template_id, t.params AS template,
      v.id AS voice_id, v.params AS voice, w.id AS webhook_id, w.params AS webhook,
      d.id AS vector_database_id, d.params AS vector_database,
      c.id AS connection_id, c.params AS connection,
      (SELECT json_agg(json_build_object('id', x.id, 'params', x.params) ORDER BY listed.place)
         FROM unnest(a.action_ids) WITH ORDINALITY AS listed (id, place)
         JOIN actions x ON x.user_id = a.user_id AND x.id = listed.id) AS actions
    FROM agents a
    JOIN prompts p ON p.user_id = a.user_id AND p.id = a.prompt_id
    JOIN voices v ON v.user_id = a.user_id AND v.id = a.voice_id
    LEFT JOIN webhooks w ON w.user_id = a.user_id AND w.id = a.webhook_id
    LEFT JOIN vector_databases d ON d.user_id = a.user_id AND d.id = a.vector_database_id
    LEFT JOIN account_connections c ON c.user_id = a.user_id AND c.id = a.openai_account_connection_id
    LEFT JOIN prompt_templates t ON t.user_id = a.user_id AND t.id = (p.params ->> 'prompt_template')::uuid
    WHERE a.user_id = $1 AND a.id = $2`,
};

/** As the contracts have it. */
export function toAgent(userId: string, row: WholeAgentRow): Agent {
  const owned = (id: string | null, params: Document | null) =>
    id === null ? null : { ...params, id, user_id: userId };
  // Postgres keeps what the contracts' schemas let through, and the answer is checked against them again.
  return {
    ...row.settings,
    id: row.id,
    user_id: userId,
    prompt: {
      ...row.prompt,
      id: row.prompt_id,
      user_id: userId,
      prompt_template: owned(row.template_id, row.template),
    },
    voice: owned(row.voice_id, row.voice),
    actions: (row.actions ?? []).map(({ id, params }) => owned(id, params)),
    webhook: owned(row.webhook_id, row.webhook),
    vector_database: owned(row.vector_database_id, row.vector_database),
    openai_account_connection: owned(row.connection_id, row.connection),
  } as Agent;
}
