import { z } from 'zod';
import { text } from '../fields';

/** A client's secret, as it sends it. */
export const secretText = text(1_000);
/** The same secret as it travels inside and is stored: sealed by the gateway, up to four times as long. */
export const sealedText = z.string().max(8_000);
/** The key of an HMAC: base64 of 32 bytes. */
export const hmacKeyText = z.string().regex(/^[A-Za-z0-9+/]{43}=$/, { error: 'must be base64 of 32 bytes' });
