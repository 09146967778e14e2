import type { IncomingHttpHeaders } from 'node:http';

/** How long whoever sends a request will wait for the answer, in milliseconds. */
export const TIMEOUT_HEADER = 'x-request-timeout-ms';

/** When a request has to be answered, in milliseconds of `performance.now()`: a client may wait less long than we would. */
export function deadlineOf(
  { [TIMEOUT_HEADER]: asked }: IncomingHttpHeaders,
  startedAt: number,
  timeoutMs: number,
): number {
  const ms = typeof asked === 'string' && /^\d{1,9}$/.test(asked) ? Number(asked) : timeoutMs;
  return startedAt + Math.min(ms, timeoutMs);
}
