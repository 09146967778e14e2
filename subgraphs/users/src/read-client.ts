import type { IncomingMessage } from 'node:http';
import type { Client } from './context.ts';
import { readRefreshCookie } from './credentials/refresh-cookie.ts';
import { toNetwork } from './domain/network.ts';
import { toUserAgent } from './domain/user-agent.ts';

/**
 * Who the gateway says its client is. Nobody else can: requests without the gateway's signature are not answered.
 *
 * @param trustedProxies Proxies before the gateway that add to `X-Forwarded-For`; what stands further left in the
 *   header anybody may have written.
 */
export function readClient({ headers }: IncomingMessage, trustedProxies: number): Client {
  const header = headers['x-forwarded-for'];
  const hops = (Array.isArray(header) ? header.join() : (header ?? '')).split(',').map((hop) => hop.trim());
  const address = hops.at(-1 - trustedProxies) ?? '';
  const network = toNetwork(address);
  return {
    network,
    ipAddress: network === undefined ? undefined : address,
    userAgent: toUserAgent(headers['user-agent'] ?? ''),
    origin: headers.origin,
    refreshToken: readRefreshCookie(headers.cookie ?? ''),
  };
}
