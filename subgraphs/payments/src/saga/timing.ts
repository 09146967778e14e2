/** How long things may take, in milliseconds. */
export interface Timing {
  /** A request works on its checkout for this long before it answers PROCESSING. */
  readonly inlineBudgetMs: number;
  /** A key belongs to one request for this long: longer than any request works. */
  readonly keyLockMs: number;
  /** A step belongs to one process for this long: longer than any call of a step may take. */
  readonly leaseMs: number;
  /** Between two looks at what a buyer's bank has said; a webhook makes it sooner. */
  readonly actionPollMs: number;
  readonly providerTimeoutMs: number;
  readonly inventoryTimeoutMs: number;
  /** Between two looks of the worker for due work. */
  readonly pollMs: number;
}

export const DEFAULT_TIMING: Timing = {
  inlineBudgetMs: 5_000,
  keyLockMs: 8_000,
  leaseMs: 8_000,
  actionPollMs: 30_000,
  providerTimeoutMs: 6_000,
  inventoryTimeoutMs: 2_000,
  pollMs: 500,
};
