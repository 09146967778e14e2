import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Of an IPv6 address the network of one household or office counts: its owner has 2^64 addresses to try from. */
const IPV6_PREFIX_GROUPS = 4;
const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * Where the gateway says its client is. Nobody else can: requests without the gateway's signature are not answered.
 *
 * @param trustedProxies Proxies before the gateway that add to `X-Forwarded-For`; what stands further left in the
 *   header anybody may have written.
 * @returns what the header says, which may be no address; empty when it says nothing.
 */
export function clientAddress({ headers }: IncomingMessage, trustedProxies: number): string {
  const header = headers['x-forwarded-for'];
  const hops = (Array.isArray(header) ? header.join() : (header ?? '')).split(',').map((hop) => hop.trim());
  return hops.at(-1 - trustedProxies) ?? '';
}

/** What limits count by: an IPv4 address or an IPv6 /64, in one way of writing it; undefined when it is neither. */
export function toNetwork(address: string): string | undefined {
  const ipv4 = MAPPED_IPV4.exec(address)?.[1] ?? address;
  if (isIP(ipv4) === 4) return ipv4;
  if (isIP(address) !== 6) return undefined;
  const [head = '', tail] = address.toLowerCase().replace(/%.*$/, '').split('::');
  const before = groupsOf(head);
  const after = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  const groups = tail === undefined ? before : [...before, ...zeros, ...after];
  return `${groups.slice(0, IPV6_PREFIX_GROUPS).join(':')}::/64`;
}

const groupsOf = (text: string): string[] =>
  text === '' ? [] : text.split(':').map((group) => group.replace(/^0+(?=.)/, ''));
