import type { RawResponse } from './exchange.ts';

/** What says that the subgraph, or what stands before it, will answer later; and that nothing was begun. */
const WORTH_RETRYING = new Set([429, 502, 503, 504]);
const LONGEST_PAUSE_MS = 2_000;

export const isWorthRetrying = ({ status }: RawResponse): boolean => WORTH_RETRYING.has(status);

/**
 * How long to wait before a read is asked again, in milliseconds: what the subgraph says, or anything up to twice the pause
 * before.
 *
 * @param attempt 1 for the first retry.
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function retryDelay(attempt: number, baseDelayMs: number, response: RawResponse | undefined): number {
  const asked = response?.headers['retry-after'];
  const seconds = typeof asked === 'string' ? secondsOf(asked) : undefined;
  if (seconds !== undefined) return seconds * 1_000;
  return Math.random() * Math.min(LONGEST_PAUSE_MS, baseDelayMs * 2 ** (attempt - 1));
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function secondsOf(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - Date.now()) / 1_000);
}
