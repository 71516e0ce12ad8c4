import type { JsonSchema, OpenApiDocument } from '@parley/contracts/testing';
import { alternativesOf } from '@parley/contracts/testing';

/** Fields that name an object of another kind, and the kind. */
export const kindOfReference: Readonly<Record<string, string>> = {
  prompt: 'prompts',
  voice: 'voices',
  actions: 'actions',
  webhook: 'webhooks',
  vector_database: 'vector_databases',
  agent: 'agents',
  inbound_agent: 'agents',
  prompt_template: 'prompt_templates',
  openai_account_connection: 'openai_connections',
  telephony_account_connection: 'twilio_connections',
};

/**
 * Every place in a body where an id stands: `['agent', 'actions', '*']`. A stored object given whole counts by its `id`.
 * `user_id` of such an object names nobody: the key says whose it is.
 */
export function referencePlaces(schema: JsonSchema, document: OpenApiDocument): string[][] {
  const found = new Map<string, string[]>();
  const visit = (inner: JsonSchema, path: string[]): void => {
    if (path.length > 8) return;
    for (const { format, items, properties = {} } of alternativesOf(inner, document)) {
      if (format === 'uuid' && path.at(-1) !== 'user_id') found.set(path.join('.'), path);
      if (items) visit(items, [...path, '*']);
      for (const [name, field] of Object.entries(properties)) visit(field, [...path, name]);
    }
  };
  visit(schema, []);
  return [...found.values()];
}

/** The kind of object that the id at a place names. */
export function kindAt(place: readonly string[]): string {
  const names = place.filter((name) => name !== '*' && name !== 'id');
  const kind = kindOfReference[names.at(-1) ?? ''];
  if (kind === undefined) throw new Error(`an id at a place that is not known: ${place.join('.')}`);
  return kind;
}
