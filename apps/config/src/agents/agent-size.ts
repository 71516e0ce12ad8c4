import { AppError } from '@parley/kernel';
import { TenantRepository } from '@parley/persistence';
import type { EntityManager } from 'typeorm';
import type { Change, Path } from '../resources/resource.store';
import { AgentRow } from '../rows/agent.row';

/**
 * An answer has to fit a message of NATS (1 MiB): an agent with all that belongs to it, and beside it what a number or a
 * call has of its own, which is what one request's body (512 KiB) can hold.
 */
export const maxAgentBytes = 448 * 1024;

/** Fifty parts that grow to this, unasked, still leave an agent that fits. */
const smallPartBytes = 4 * 1024;

export function tooLarge(path: Path): AppError {
  const message = 'is too large with all that belongs to it';
  return new AppError('invalid', 'AGENT.TOO_LARGE', `The agent ${message}.`, {
    issues: [{ path, message, type: 'value_error' }],
  });
}

const largestSql = `
  SELECT max(octet_length(a.settings::text) + octet_length(p.params::text) + coalesce(
    (SELECT sum(octet_length(x.params::text)) FROM unnest(a.action_ids) AS listed (id)
       JOIN actions x ON x.user_id = a.user_id AND x.id = listed.id), 0))::int AS bytes
  FROM agents a JOIN prompts p ON p.user_id = a.user_id AND p.id = a.prompt_id
  WHERE a.user_id = $1 AND (a.prompt_id = $2 OR $2 = ANY (a.action_ids))`;

/**
 * Refuses to let a part of agents grow until one of them could not be answered any more.
 * @throws AGENT.TOO_LARGE naming `path`.
 */
export async function requireAgentsFit(
  manager: EntityManager,
  { stored, version, path }: Change<object>,
): Promise<void> {
  if (version === 1 || Buffer.byteLength(JSON.stringify(stored)) <= smallPartBytes) return;
  const agents = new TenantRepository(manager, AgentRow);
  const [largest] = await agents.query<{ bytes: number | null }>(stored.user_id, largestSql, [stored.id]);
  if ((largest?.bytes ?? 0) > maxAgentBytes) throw tooLarge(path);
}
