/** Apollo's histogram: 384 buckets, each a tenth wider than the one before. */
const GROWTH = Math.log(1.1);
const LAST = 383;

export const bucketOf = (microseconds: number): number =>
  microseconds <= 1 ? 0 : Math.min(LAST, Math.ceil(Math.log(microseconds) / GROWTH));

/** Reads the wire format: counts in order, where -n stands for n empty buckets. */
export function readHistogram(counts: readonly number[], into: Map<number, number>): void {
  let bucket = 0;
  for (const each of counts) {
    const count = Math.trunc(each);
    if (count < 0) bucket -= count;
    else {
      if (count > 0 && bucket <= LAST) into.set(bucket, (into.get(bucket) ?? 0) + count);
      bucket += 1;
    }
    if (bucket > LAST) return;
  }
}
