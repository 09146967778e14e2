import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 20;

/**
 * Waits until `condition` answers something other than false, undefined or null; answers that.
 * For what announces itself in no other way (another process, a background worker).
 *
 * @throws Error with the last failure when `timeoutMs` passes.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 90_000, what = 'the condition' }: { timeoutMs?: number; what?: string } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + timeoutMs;
  let lastError: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await condition();
      if (value !== false && value !== undefined && value !== null)
        return value as NonNullable<Exclude<T, false>>;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    await delay(RETRY_MS);
  }
  throw new Error(`${what} did not come true within ${timeoutMs} ms`, { cause: lastError });
}
