import * as z from 'zod';
import type { KeySource } from '../client-key.ts';

/** Where a client's name comes from, as people write it. */
export const clientKeys = () =>
  z
    .array(z.string().regex(/^(ip|claim:\S+|header:\S+)$/, 'must be ip, claim:NAME or header:NAME'))
    .min(1, 'must name one source or more');

export const trustedProxies = () =>
  z
    .int({ error: 'must be a whole number' })
    .min(0, 'must not be below 0')
    .max(10, 'must not be above 10')
    .default(0)
    .describe(
      'Proxies before the gateway that add to `X-Forwarded-For`; 0: the address is that of the connection.',
    );

export function keySource(text: string): KeySource {
  if (text === 'ip') return { from: 'ip' };
  const [from, name = ''] = text.split(/:(.*)/s);
  return from === 'header' ? { from, name: name.toLowerCase() } : { from: 'claim', name };
}
