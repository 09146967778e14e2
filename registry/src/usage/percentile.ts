/** Requests by latency bucket; see latency-buckets.ts. */
export type Histogram = ReadonlyMap<number, number>;

/** How long whatever is in the bucket took at most, in milliseconds. */
const limitOfBucketMs = (bucket: number): number => 1.1 ** bucket / 1_000;

/**
 * How long the given share of requests took at most, in milliseconds, up to a tenth too much.
 *
 * @param share 0.95 for the 95th percentile.
 * @returns undefined when nothing was measured.
 */
export function percentileMs(histogram: Histogram, share: number): number | undefined {
  const buckets = [...histogram].sort(([a], [b]) => a - b);
  const wanted = buckets.reduce((sum, [, count]) => sum + count, 0) * share;
  let seen = 0;
  for (const [bucket, count] of buckets) {
    seen += count;
    if (count > 0 && seen >= wanted) return limitOfBucketMs(bucket);
  }
  return undefined;
}
