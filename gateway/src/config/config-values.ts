import * as z from 'zod';

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A time with its unit, as `500ms`, `30s`, `5m` or `1h`; milliseconds when read. */
export const time = () =>
  z
    .string({ error: 'must be a time with its unit, like 500ms, 30s or 5m' })
    .regex(DURATION, 'must be a time with its unit, like 500ms, 30s or 5m')
    .transform((text) => scaled(text, DURATION, MILLISECONDS));

/** A time as above, with a default. */
export const duration = (fallback: string) => time().prefault(fallback);

const SIZE = /^(\d+(?:\.\d+)?)(B|kB|MB|GB|KiB|MiB|GiB)$/;
const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** A size with its unit, as `10MB` or `512KiB`; bytes when read. */
export const bytes = () =>
  z
    .string({ error: 'must be a size with its unit, like 512KiB or 10MB' })
    .regex(SIZE, 'must be a size with its unit, like 512KiB or 10MB')
    .transform((text) => scaled(text, SIZE, BYTES));

/** A size as above, with a default. */
export const size = (fallback: string) => bytes().prefault(fallback);

/** A whole number, one or more. */
export const count = () =>
  z.int({ error: 'must be a whole number, 1 or more' }).min(1, 'must be a whole number, 1 or more');

/** An address and a port to listen on. */
export const listen = (port: number) =>
  z.strictObject({
    host: z.string().default('127.0.0.1').describe('Address to listen on. A container needs 0.0.0.0.'),
    port: z
      .int({ error: 'must be a TCP port, 0 to 65535' })
      .min(0, 'must be a TCP port, 0 to 65535')
      .max(65_535, 'must be a TCP port, 0 to 65535')
      .default(port)
      .describe('Port to listen on; 0 picks a free one.'),
  });

function scaled(text: string, pattern: RegExp, units: Readonly<Record<string, number>>): number {
  const [, amount = '', unit = ''] = pattern.exec(text) ?? [];
  return Math.round(Number(amount) * (units[unit] ?? 1));
}
