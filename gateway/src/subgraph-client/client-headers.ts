import type { IncomingHttpHeaders } from 'node:http';

/**
 * Who a mutation comes from, as a proxy says it: the address of the connection after those that proxies before us
 * added, and the name of the program. Services limit sign-ins by the one and list sessions by the other.
 * Reads go without: they would not be equal any more, and equal ones are asked once.
 */
export function clientHeaders(
  incoming: IncomingHttpHeaders,
  address: string,
): Readonly<Record<string, string>> {
  const before = incoming['x-forwarded-for'];
  const hops = Array.isArray(before) ? before : before === undefined ? [] : [before];
  const forwarded = { 'x-forwarded-for': [...hops, address].join(', ') };
  const program = incoming['user-agent'];
  return program === undefined ? forwarded : { ...forwarded, 'user-agent': program };
}
