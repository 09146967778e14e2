import type { IncomingMessage } from 'node:http';

/**
 * Who asks, by IP address: as the outermost trusted proxy saw it, for whatever stands further left in the header anybody
 * may have written.
 *
 * @param trustedProxies Proxies before the registry that add to `X-Forwarded-For`.
 */
export function addressOf({ socket, headers }: IncomingMessage, trustedProxies: number): string {
  const direct = socket.remoteAddress ?? '';
  if (trustedProxies === 0) return direct;
  const hops = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  return hops.at(-trustedProxies)?.trim() || direct;
}
