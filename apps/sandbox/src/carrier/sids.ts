import { randomBytes } from 'node:crypto';

/** The prefixes of the things that the carrier names. */
export type SidPrefix = 'AC' | 'CA' | 'MZ' | 'PN' | 'PA';

/** A new name as Twilio makes them: the prefix and 32 hexadecimal digits. */
export function newSid(prefix: SidPrefix): string {
  return prefix + randomBytes(16).toString('hex');
}
