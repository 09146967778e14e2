const BUCKETS = 384;
const GROWTH = Math.log(1.1);

/**
 * Counts durations in buckets that grow by a tenth each, from a microsecond to hours: GraphOS' own, so that they can be
 * reported as they are.
 *
 * @see https://www.apollographql.com/docs/graphos/platform/insights/sending-operation-metrics
 */
export class DurationHistogram {
  readonly #counts = new Float64Array(BUCKETS);
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** @param weight How many it stands for. */
  add(durationMs: number, weight = 1): void {
    const bucket = bucketOf(durationMs);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + weight;
    this.#total += weight;
  }

  /** How many took longer, as far as buckets can tell. */
  countAbove(durationMs: number): number {
    let count = 0;
    for (let bucket = bucketOf(durationMs) + 1; bucket < BUCKETS; bucket += 1)
      count += this.#counts[bucket] ?? 0;
    return count;
  }

  /** The least bound, in milliseconds, that this share of durations is not above. */
  quantile(share: number): number {
    let count = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      count += this.#counts[bucket] ?? 0;
      if (count >= share * this.#total) return boundMs(bucket);
    }
    return boundMs(BUCKETS - 1);
  }

  /** As GraphOS wants it: -n stands for n empty buckets, and what is empty at the end is left out. */
  toArray(): number[] {
    const sparse: number[] = [];
    let empty = 0;
    for (const counted of this.#counts) {
      const count = Math.floor(counted);
      if (count === 0) {
        empty += 1;
        continue;
      }
      if (empty > 0) sparse.push(empty === 1 ? 0 : -empty);
      empty = 0;
      sparse.push(count);
    }
    return sparse;
  }
}

const bucketOf = (durationMs: number): number => {
  const bucket = Math.ceil(Math.log(durationMs * 1_000) / GROWTH);
  return bucket > 0 ? Math.min(bucket, BUCKETS - 1) : 0;
};

const boundMs = (bucket: number): number => Math.exp(bucket * GROWTH) / 1_000;
