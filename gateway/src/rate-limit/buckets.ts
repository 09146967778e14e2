/** How much cost a client may use at once, and how fast it comes back. */
export interface BucketSize {
  readonly capacity: number;
  readonly refillPerSecond: number;
}

export interface Taken {
  readonly isTaken: boolean;
  /** What is left; below zero when an operation cost more than was taken for it. */
  readonly remaining: number;
}

/** Token buckets by client. A bucket nobody has taken from is full. */
export interface Buckets {
  /** Takes the cost out of the client's bucket, unless there is less in it. */
  take(client: string, cost: number, size: BucketSize): Promise<Taken>;
  /** Corrects what was taken: a positive difference goes back, a negative one is owed. */
  settle(client: string, difference: number, size: BucketSize): Promise<void>;
  stop(): Promise<void>;
}

/** Until a bucket holds that much, in whole seconds; undefined: it never will. */
export function secondsUntil(
  cost: number,
  remaining: number,
  { capacity, refillPerSecond }: BucketSize,
): number | undefined {
  return cost > capacity ? undefined : Math.max(1, Math.ceil((cost - remaining) / refillPerSecond));
}
