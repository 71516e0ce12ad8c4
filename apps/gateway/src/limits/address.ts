import { isIP, isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * What counts as one address for a limit: an IPv4 address, or the /64 of an IPv6 one, since that is what a single
 * customer of a network is given. What is no address at all is one address, `unknown`.
 */
export function limitedAddress(ip: string): string {
  if (isIPv4(ip)) return ip;
  if (isIP(ip) === 0) return 'unknown';
  const address = ipaddr.process(ip);
  if (address.kind() === 'ipv4') return address.toString();
  return `${address
    .toByteArray()
    .slice(0, 8)
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')}/64`;
}
