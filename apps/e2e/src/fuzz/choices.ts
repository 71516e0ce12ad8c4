import type { Choice, JsonSchema } from '@parley/contracts/testing';
import fc, { Arbitrary } from 'fast-check';
import type { KnownObjects } from './known-objects';

/** Which kind of object a field's id names. */
const kindOfField: Readonly<Record<string, string>> = {
  ...{ prompt: 'prompts', voice: 'voices', webhook: 'webhooks', agent: 'agents', inbound_agent: 'agents' },
  ...{ actions: 'actions', vector_database: 'vector_databases', prompt_template: 'prompt_templates' },
  openai_account_connection: 'account_connections account_connection_openai',
  telephony_account_connection: 'account_connections account_connection_twilio',
};

/** Connections to accounts that the carrier has, which no update takes away. */
export const connectedAccounts = 'connected accounts';

const numberFields = ['phone_number', 'from_number', 'to_number', 'steering_pool'];
/** Numbers that can be dialled. The sandbox's people are busy while the fuzzer runs. */
export const dialled = ['14155552671', '+14155552671', '+1 (415) 555-2672', '+442079460018'];

/** Ids that exist, numbers that can be dialled and addresses that go nowhere, where a schema would take any. */
export function choicesFrom(known: KnownObjects): Choice {
  return (path, schema) => {
    const names = path.filter((name) => name !== '*');
    const field = names.at(-1) ?? '';
    if (schema.format === 'uuid') return idOf(field, names.at(-2) ?? '', known);
    if (numberFields.includes(field)) return numberOf(field, schema, known);
    if (schema.format === 'http-url') return fc.webUrl({ validSchemes: ['http', 'https'] }).map(toNowhere);
    if (field === 'sort_column' && schema.type === 'string')
      return fc.constantFrom('id', 'user_id', 'nothing');
    if (field === 'page' && schema.type === 'integer') return fc.integer({ min: 1, max: 30 });
    return undefined;
  };
}

function idOf(field: string, parent: string, known: KnownObjects): Arbitrary<string> | undefined {
  // A stored object given whole carries its own id.
  const kind = kindOfField[field] ?? (field === 'id' ? kindOfField[parent] : undefined);
  if (field === 'telephony_account_connection' && kind !== undefined)
    return fc.oneof(known.anyOf(kind), known.anyOf(connectedAccounts));
  return kind === undefined ? undefined : known.anyOf(kind);
}

function numberOf(field: string, schema: JsonSchema, known: KnownObjects): Arbitrary<unknown> | undefined {
  if (schema.type === 'integer') return fc.constant(14155552671);
  if (schema.type !== 'string') return undefined;
  const somebodys = fc.constantFrom(...dialled);
  if (field === 'to_number' || field === 'steering_pool') return somebodys;
  // Few calls can be placed, so that there are never many at once.
  return fc
    .tuple(fc.nat(1_000), fc.nat(19), somebodys)
    .map(([index, dice, other]) => (dice < 3 ? (known.pick('numbers', index) ?? other) : other));
}

/** The same address at a host that no name server knows. */
function toNowhere(url: string): string {
  const changed = new URL(url);
  changed.hostname = `${changed.hostname.slice(0, 40)}.invalid`;
  return changed.href;
}
