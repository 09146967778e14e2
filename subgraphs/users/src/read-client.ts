import { clientAddress, toNetwork } from '@tributary/subgraph-kit';
import type { IncomingMessage } from 'node:http';
import type { Client } from './context.ts';
import { readRefreshCookie } from './credentials/refresh-cookie.ts';
import { toUserAgent } from './domain/user-agent.ts';

/** @param trustedProxies See `clientAddress`. */
export function readClient(request: IncomingMessage, trustedProxies: number): Client {
  const { headers } = request;
  const address = clientAddress(request, trustedProxies);
  const network = toNetwork(address);
  return {
    network,
    ipAddress: network === undefined ? undefined : address,
    userAgent: toUserAgent(headers['user-agent'] ?? ''),
    origin: headers.origin,
    refreshToken: readRefreshCookie(headers.cookie ?? ''),
  };
}
