import { createHash } from 'node:crypto';
import type { ReadRecord } from './catalogue-record.ts';

/** Of a slug, in bytes: among a million no two have the same by chance. */
const KEY_BYTES = 10;

/**
 * The records of a whole file, each but the first with a slug as a problem, also when the first is refused itself: what
 * becomes of a line must not depend on where batches end or a run was interrupted.
 */
export async function* refuseRepeated(records: AsyncIterable<ReadRecord>): AsyncGenerator<ReadRecord> {
  const seen = new Set<string>();
  for await (const read of records) {
    if (!('record' in read)) {
      yield read;
      continue;
    }
    const { line, record } = read;
    const key = keyOf(record.slug.trim());
    if (seen.has(key)) {
      const message = 'An earlier line has this slug.';
      yield { line, problems: [{ line, field: 'slug', code: 'DUPLICATE_SLUG', message }] };
    } else {
      seen.add(key);
      yield read;
    }
  }
}

/** A character for each byte, in one piece of memory: some 50 bytes of it for each product of a file. */
const keyOf = (slug: string): string =>
  createHash('sha256').update(slug).digest().toString('latin1', 0, KEY_BYTES);
