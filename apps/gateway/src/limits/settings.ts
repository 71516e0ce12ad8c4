import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

/** Requests a minute; 0 is no limit. Below 10, one request too many would be more than a tenth. */
export function requestsPerMinuteSetting() {
  return z.coerce
    .number({ error: 'not a number' })
    .int('not a whole number')
    .max(100_000_000, 'above 100000000')
    .refine((limit) => limit === 0 || limit >= 10, { error: 'neither 0 nor at least 10' })
    .describe('requests a minute, 10 or more, or 0 for no limit');
}

/** Whose `X-Forwarded-For` is believed: the number of proxies in front, or a list of their addresses. */
export function trustedProxiesSetting() {
  return z
    .string()
    .transform((text) => text.split(',').map((part) => part.trim()))
    .refine((parts) => isHopCount(parts) || parts.every(isAddressOrRange), {
      error: 'neither a number of proxies nor a list of addresses and ranges',
    })
    .transform((parts) => (isHopCount(parts) ? Number(parts[0]) : parts))
    .describe('how many proxies stand in front (1), or their addresses (10.0.0.0/8,127.0.0.1)');
}

function isHopCount(parts: readonly string[]): boolean {
  return parts.length === 1 && /^\d{1,2}$/.test(parts[0] ?? '');
}

function isAddressOrRange(text: string): boolean {
  const [address] = text.split('/');
  return isIP(address ?? '') !== 0 && (address === text || ipaddr.isValidCIDR(text));
}
