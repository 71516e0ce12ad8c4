import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AppError } from '@parley/kernel';

const version = 'v1';
/** How every sealed text begins. */
export const sealedPrefix = `${version}:`;
const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const keyId = /^[A-Za-z0-9_-]{1,32}$/;
const sealedText = /^v1:([A-Za-z0-9_-]{1,32}):([A-Za-z0-9_-]{16}):([A-Za-z0-9_-]{22,})$/;

/**
 * The one place where a secret belongs. A sealed text opens only with the very binding it was sealed with. The ids are
 * UUIDs: the same in upper and lower case, as the database has it.
 */
export interface SecretBinding {
  readonly userId: string;
  /** The kind of thing that holds the secret, e.g. `webhooks`. */
  readonly resource: string;
  /** The id of the thing that holds it. */
  readonly id: string;
  /** The field of that thing, e.g. `secret`. */
  readonly field: string;
}

/**
 * Seals short texts with AES-256-GCM. A sealed text is `v1:<kid>:<nonce>:<ciphertext and tag>` (base64url, 96-bit
 * random nonce); its binding is authenticated, so a text copied to another row, field or user does not open.
 */
export class SecretBox {
  private constructor(
    private readonly keys: ReadonlyMap<string, Buffer>,
    private readonly currentKid: string,
  ) {}

  /**
   * From `kid:base64(32 bytes)[,kid2:…]`. The first key seals; all of them open.
   * @throws SECRETS.BAD_KEYS when the list is malformed; the message holds no key.
   */
  static fromKeys(list: string): SecretBox {
    const keys = new Map<string, Buffer>();
    for (const entry of list.split(',')) {
      const [kid = '', base64 = ''] = entry.trim().split(':');
      const key = Buffer.from(base64, 'base64');
      if (!keyId.test(kid) || key.length !== keyBytes || keys.has(kid)) {
        throw new AppError(
          'invalid',
          'SECRETS.BAD_KEYS',
          'Keys must be a list of <name>:<base64 of 32 bytes>.',
        );
      }
      keys.set(kid, key);
    }
    const [currentKid = ''] = keys.keys();
    return new SecretBox(keys, currentKid);
  }

  /** Seals `plain` (any text) for the place that `binding` names. Two calls never give the same text. */
  seal(plain: string, binding: SecretBinding): string {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(algorithm, this.key(this.currentKid), nonce, { authTagLength: tagBytes });
    cipher.setAAD(additionalData(binding));
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return [version, this.currentKid, nonce.toString('base64url'), sealed.toString('base64url')].join(':');
  }

  /**
   * Opens a sealed text.
   * @throws SECRETS.NOT_SEALED when `sealed` does not have the form of one.
   * @throws SECRETS.UNKNOWN_KEY when its key is not among ours.
   * @throws SECRETS.CANNOT_OPEN when it was changed, or sealed for another place.
   */
  open(sealed: string, binding: SecretBinding): string {
    const [, kid, nonce, body] = sealedText.exec(sealed) ?? [];
    if (!kid || !nonce || !body) {
      throw new AppError('internal', 'SECRETS.NOT_SEALED', 'This is not a sealed secret.');
    }
    const bytes = Buffer.from(body, 'base64url');
    const decipher = createDecipheriv(algorithm, this.key(kid), Buffer.from(nonce, 'base64url'), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(additionalData(binding));
    try {
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      const plain = [decipher.update(bytes.subarray(0, -tagBytes)), decipher.final()];
      return Buffer.concat(plain).toString('utf8');
    } catch (cause) {
      throw new AppError('internal', 'SECRETS.CANNOT_OPEN', 'A sealed secret does not open here.', {
        cause,
        details: { kid, resource: binding.resource, id: binding.id, field: binding.field },
      });
    }
  }

  /**
   * Opens a sealed text; null when it does not open. For readers, who show what they can: a key that is gone must not
   * hide the object that it belonged to.
   */
  openIfPossible(sealed: string, binding: SecretBinding): string | null {
    try {
      return this.open(sealed, binding);
    } catch {
      return null;
    }
  }

  /** True when `sealed` was sealed with a key other than the current one, so that `reseal` would change it. */
  needsReseal(sealed: string): boolean {
    return sealedKeyName(sealed) !== this.currentKid;
  }

  /** The same secret under the current key, for the same place. @throws as `open`. */
  reseal(sealed: string, binding: SecretBinding): string {
    return this.seal(this.open(sealed, binding), binding);
  }

  private key(kid: string): Buffer {
    const key = this.keys.get(kid);
    if (!key) {
      throw new AppError(
        'internal',
        'SECRETS.UNKNOWN_KEY',
        'A secret is sealed with a key that is not set.',
        {
          details: { kid },
        },
      );
    }
    return key;
  }
}

/** True when `text` has the form of a sealed secret, whoever sealed it. */
export function isSealed(text: string): boolean {
  return sealedText.test(text);
}

/** The name of the key that a sealed text is under; empty for any other text. */
export function sealedKeyName(sealed: string): string {
  return sealedText.exec(sealed)?.[1] ?? '';
}

/** JSON of a list keeps the parts apart whatever characters they hold. */
function additionalData(binding: SecretBinding): Buffer {
  const { userId, resource, id, field } = binding;
  return Buffer.from(JSON.stringify([userId.toLowerCase(), resource, id.toLowerCase(), field]), 'utf8');
}
