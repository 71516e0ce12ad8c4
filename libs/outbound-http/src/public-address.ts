import ipaddr from 'ipaddr.js';

const globalUnicastV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * True for an address that anyone on the internet could reach: unicast, and in no block that is reserved for private,
 * loopback, link-local, carrier, translated or documentation use. An IPv4 address in IPv6 clothes (`::ffff:…`) is judged as
 * what it is. Anything that is not an address is not public.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  // The library calls all that it has no name for `unicast`, such as the IPv4-compatible `::127.0.0.1`.
  return !(parsed instanceof ipaddr.IPv6) || parsed.match(globalUnicastV6);
}
