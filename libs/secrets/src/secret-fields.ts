import type { SecretBinding } from './secret-box';

/** A field that is stored sealed, and what its binding says of it. */
export interface SecretField {
  readonly resource: SecretBinding['resource'];
  /** How the `type` of the objects that have it begins. */
  readonly typePrefix: string;
  /** Where it lies in the object. */
  readonly path: readonly string[];
  readonly field: SecretBinding['field'];
}

/** Every field that is stored sealed: what is not among these is not found again when keys change. */
export const secretFields: readonly SecretField[] = [
  { resource: 'voices', typePrefix: 'voice_', path: ['api_key'], field: 'api_key' },
  {
    resource: 'actions',
    typePrefix: 'action_',
    path: ['config', 'signature_secret'],
    field: 'signature_secret',
  },
  { resource: 'vector_databases', typePrefix: 'vector_database_', path: ['api_key'], field: 'api_key' },
  {
    resource: 'account_connections',
    typePrefix: 'account_connection_',
    path: ['credentials', 'twilio_auth_token'],
    field: 'twilio_auth_token',
  },
  {
    resource: 'account_connections',
    typePrefix: 'account_connection_',
    path: ['credentials', 'openai_api_key'],
    field: 'openai_api_key',
  },
];

/** The secret fields of an object with this `type`; none for anything else. */
export function secretFieldsOf(type: unknown): readonly SecretField[] {
  return typeof type === 'string' ? secretFields.filter(({ typePrefix }) => type.startsWith(typePrefix)) : [];
}
