import * as z from 'zod';

/** TCP port to listen on; 0 picks a free one (tests). */
export const port = (fallback: number) =>
  z.coerce.number({ error: 'must be a TCP port, 0 to 65535' }).int().min(0).max(65_535).default(fallback);

/** Address to listen on. Loopback unless a container says 0.0.0.0. */
export const host = z.string().default('127.0.0.1');

export const logLevel = z
  .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
  .default('info');

/** `true`, `1`, `false` or `0`. */
export const flag = (fallback: boolean) =>
  z
    .enum(['true', '1', 'false', '0'], { error: 'must be true or false' })
    .default(fallback ? 'true' : 'false')
    .transform((value) => value === 'true' || value === '1');

/** An absolute http(s) URL. */
export const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' });
