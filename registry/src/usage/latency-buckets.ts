import { countOf } from './count-of.ts';

/** Apollo's histogram: 384 buckets, each a tenth wider than the one before. */
const GROWTH = Math.log(1.1);
const LAST = 383;

export const bucketOf = (microseconds: number): number =>
  microseconds <= 1 ? 0 : Math.min(LAST, Math.ceil(Math.log(microseconds) / GROWTH));

/** Reads the wire format: counts in order, where -n stands for n empty buckets. */
export function readHistogram(counts: readonly unknown[], into: Map<number, number>): void {
  let bucket = 0;
  for (const each of counts) {
    const empty = -Math.trunc(Number(each));
    if (empty > 0) bucket += empty;
    else {
      const count = countOf(each);
      if (count > 0) into.set(bucket, (into.get(bucket) ?? 0) + count);
      bucket += 1;
    }
    if (bucket > LAST) return;
  }
}
