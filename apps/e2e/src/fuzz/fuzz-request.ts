import type { KeyProfile } from '@parley/contracts';
import type { ApiRequest } from '../api/api-client';
import type { ServedOperation } from '../api/served-document';

/** What a request is meant to find out, and with it what its answer should be. */
export type Intent =
  /** Fits the document. `isCertain`: refers to nothing that may not exist. */
  | { readonly kind: 'valid'; readonly isCertain: boolean }
  /** Fits but for one keyword of the document. */
  | { readonly kind: 'negative'; readonly keyword: string; readonly place: string }
  | { readonly kind: 'without key' }
  | { readonly kind: 'wrong key' }
  | { readonly kind: 'unsupported method' }
  /** Not even JSON, too large, of a strange type: must be answered, that is all. */
  | { readonly kind: 'hostile' }
  /** Reads what was just made. */
  | { readonly kind: 'read back'; readonly id: string }
  /** Uses what was given up. */
  | { readonly kind: 'use after free' };

export interface FuzzRequest extends ApiRequest {
  readonly operation: ServedOperation;
  /** In whose document the answer has to be. */
  readonly profile: KeyProfile;
  readonly intent: Intent;
}

/** The request as a command to paste into a shell; the key stands in PARLEY_KEY. */
export function curlLine(url: string, { method, path, headers = {}, body }: ApiRequest): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const shown = Object.entries(headers).map(([name, value]) =>
    name === 'authorization' && value.startsWith('Bearer parley_')
      ? '-H "authorization: Bearer $PARLEY_KEY"'
      : `-H ${quoted(`${name}: ${value}`)}`,
  );
  const data = body === null || body === undefined ? [] : [`--data-binary ${quoted(body.toString())}`];
  return ['curl -i', `-X ${method}`, quoted(url + path), ...shown, ...data].join(' ');
}
