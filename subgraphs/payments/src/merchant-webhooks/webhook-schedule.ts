const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * The longest wait before each retry, in milliseconds: that of Standard Webhooks, almost three days in all.
 *
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const WEBHOOK_SCHEDULE_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/**
 * Wait before a delivery is tried again, in milliseconds; null when it has been tried often enough.
 *
 * Full jitter: anything up to the longest. Receivers that were away together are not overrun when they come back.
 *
 * @param attempts Those that failed.
 */
export function webhookRetryMs(
  attempts: number,
  schedule: readonly number[] = WEBHOOK_SCHEDULE_MS,
  random: () => number = Math.random,
): number | null {
  const longest = schedule[attempts - 1];
  return longest === undefined ? null : Math.ceil(random() * longest);
}
