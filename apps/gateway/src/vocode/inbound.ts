import { randomBytes } from 'node:crypto';
import type {
  AccountConnectionDraft,
  AccountConnectionParams,
  AccountConnectionPatch,
  AccountConnectionUpdateParams,
  ActionDraft,
  ActionParams,
  ActionPatch,
  ActionUpdateParams,
  VectorDatabaseDraft,
  VectorDatabaseParams,
  VectorDatabasePatch,
  VectorDatabaseUpdateParams,
  VoiceDraft,
  VoiceParams,
  VoicePatch,
  VoiceUpdateParams,
} from '@parley/contracts';
import { FieldPath, parsePossibleNumber } from '@parley/calls';
import type { SecretBinding, SecretBox } from '@parley/secrets';
import { isMask, refuseMask } from './secret-display';

/** What a secret is sealed to, and where in the request it stands. */
export interface Place {
  readonly userId: string;
  readonly id: string;
  readonly path: FieldPath;
}

/** The place of what is patched; `isThere` is false where the patch makes a new object of its own. */
export type PatchPlace = Place & { readonly isThere: boolean };

/**
 * What comes in from a client of this dialect, made fit to travel: phone numbers in E.164, new sub-objects with their
 * ids, secrets sealed to those ids. A mask in a patch leaves the secret alone; anywhere else it is refused.
 */
export class Inbound {
  constructor(private readonly secrets: SecretBox) {}

  action(params: ActionParams, place: Place): ActionDraft {
    switch (params.type) {
      case 'action_transfer_call':
      case 'action_add_to_conference':
        return { ...params, config: withE164(params.config, place.path) } as ActionDraft;
      case 'action_external':
        return { ...params, config: this.externalConfig(params.config, place) };
      default:
        return params;
    }
  }

  actionPatch(params: ActionUpdateParams, place: PatchPlace): ActionPatch {
    if (params.config === undefined) return params;
    switch (params.type) {
      case 'action_transfer_call':
      case 'action_add_to_conference':
        return { ...params, config: withE164(params.config, place.path) } as ActionPatch;
      case 'action_external': {
        const { signature_secret: given, ...config } = params.config;
        const secret = given ?? (place.isThere ? undefined : newSignatureSecret());
        const sealed = secret === undefined ? {} : { signature_secret: this.seal(secret, signature(place)) };
        return { ...params, config: { ...config, ...sealed } };
      }
      default:
        return params;
    }
  }

  voice(params: VoiceParams, place: Place): VoiceDraft {
    if (!('api_key' in params) || params.api_key === null) return params;
    return { ...params, api_key: this.sealNew(params.api_key, apiKey('voices', place), place) };
  }

  voicePatch(params: VoiceUpdateParams, place: PatchPlace): VoicePatch {
    if (!('api_key' in params) || typeof params.api_key !== 'string') return params;
    const { api_key, ...rest } = params;
    return { ...rest, ...this.patchedKey(api_key, apiKey('voices', place), place) };
  }

  vectorDatabase(params: VectorDatabaseParams, place: Place): VectorDatabaseDraft {
    return { ...params, api_key: this.sealNew(params.api_key, apiKey('vector_databases', place), place) };
  }

  vectorDatabasePatch(params: VectorDatabaseUpdateParams, place: PatchPlace): VectorDatabasePatch {
    const { api_key, ...rest } = params;
    if (api_key === undefined) return rest;
    return { ...rest, ...this.patchedKey(api_key, apiKey('vector_databases', place), place) };
  }

  accountConnection(params: AccountConnectionParams, place: Place): AccountConnectionDraft {
    const path = [...place.path, 'credentials'];
    if (params.type === 'account_connection_openai') {
      const { openai_api_key } = params.credentials;
      const binding = credential('openai_api_key', place);
      return {
        type: params.type,
        credentials: { openai_api_key: this.sealNew(openai_api_key, binding, { path }) },
      };
    }
    const { twilio_account_sid, twilio_auth_token } = params.credentials;
    const binding = credential('twilio_auth_token', place);
    return {
      ...params,
      steering_pool: params.steering_pool.map((number, index) =>
        parsePossibleNumber(number, [...place.path, 'steering_pool', index]),
      ),
      credentials: {
        twilio_account_sid,
        twilio_auth_token: this.sealNew(twilio_auth_token, binding, { path }),
      },
    };
  }

  accountConnectionPatch(params: AccountConnectionUpdateParams, place: Place): AccountConnectionPatch {
    const patched = (plain: string, field: string) =>
      isMask(plain) ? {} : { [field]: this.seal(plain, credential(field, place)) };
    if (params.type === 'account_connection_openai') {
      const { type, credentials } = params;
      if (!credentials) return { type };
      return { type, credentials: patched(credentials.openai_api_key, 'openai_api_key') };
    }
    const { type, credentials } = params;
    if (!credentials) return { type };
    const { twilio_account_sid, twilio_auth_token } = credentials;
    return {
      type,
      credentials: { twilio_account_sid, ...patched(twilio_auth_token, 'twilio_auth_token') },
    };
  }

  private externalConfig(config: ExternalConfig, place: Place) {
    const secret = config.signature_secret ?? newSignatureSecret();
    return { ...config, signature_secret: this.seal(secret, signature(place)) };
  }

  private patchedKey(plain: string, binding: SecretBinding, place: PatchPlace): { api_key?: string } {
    if (isMask(plain) && place.isThere) return {};
    return { api_key: this.sealNew(plain, binding, place) };
  }

  /** @throws {SECRET.MASKED} */
  private sealNew(plain: string, binding: SecretBinding, { path }: { path: FieldPath }): string {
    return this.seal(refuseMask(plain, [...path, binding.field]), binding);
  }

  private seal(plain: string, binding: SecretBinding): string {
    return this.secrets.seal(plain, binding);
  }
}

type ExternalConfig = Extract<ActionParams, { type: 'action_external' }>['config'];

/** Enough for HMAC-SHA256, in the form that receivers decode. */
const newSignatureSecret = (): string => randomBytes(32).toString('base64');

const apiKey = (resource: string, { userId, id }: Place) => ({ userId, resource, id, field: 'api_key' });
const credential = (field: string, { userId, id }: Place) => ({
  userId,
  resource: 'account_connections',
  id,
  field,
});
const signature = ({ userId, id }: Place) => ({
  userId,
  resource: 'actions',
  id,
  field: 'signature_secret',
});

function withE164<C extends { phone_number: string }>(config: C, path: FieldPath): C {
  const number = parsePossibleNumber(config.phone_number, [...path, 'config', 'phone_number']);
  return { ...config, phone_number: number };
}
