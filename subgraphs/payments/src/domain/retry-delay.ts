const BASE_DELAY_MS = 200;
const MAX_DELAY_MS = 30_000;

/**
 * Wait before a step is tried again: full-jitter exponential backoff, in milliseconds.
 *
 * @param attempt 1 for the first retry.
 * @param random Source of randomness in [0, 1).
 * @see https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export function retryDelayMs(attempt: number, random: () => number = Math.random): number {
  return Math.floor(random() * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** Math.min(attempt - 1, 20)));
}
