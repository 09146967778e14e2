import * as z from 'zod';
import type { Position } from '../usage/usage-statistics.ts';

const Given = z.tuple([z.number().int().nonnegative(), z.array(z.string().max(200)).max(2)]);

/** Where a list goes on, as a page's address has it. */
export const formatPosition = ({ requests, key }: Position): string =>
  Buffer.from(JSON.stringify([requests, key])).toString('base64url');

/** Undefined: at its beginning, as for an address that somebody made up. */
export function parsePosition(text: string | null): Position | undefined {
  if (text === null) return undefined;
  try {
    const [requests, key] = Given.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    // PostgreSQL has no zero bytes.
    return { requests, key: key.map((each) => each.replaceAll('\0', '')) };
  } catch {
    return undefined;
  }
}

/** The number in an address; undefined when there is none, or none that a row can have. */
export function parseNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
