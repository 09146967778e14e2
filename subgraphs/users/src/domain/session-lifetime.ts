const DAY_MS = 24 * 60 * 60 * 1_000;

/** A session that is not refreshed for this long has ended. */
export const IDLE_LIFETIME_MS = 14 * DAY_MS;
/** A session ends this long after its sign-in, however often it is refreshed. */
export const ABSOLUTE_LIFETIME_MS = 90 * DAY_MS;

export const absoluteExpiry = (authTime: Date): Date => new Date(authTime.getTime() + ABSOLUTE_LIFETIME_MS);

/** When a refresh token issued now stops working. */
export function refreshTokenExpiry(now: Date, absoluteExpiresAt: Date): Date {
  return new Date(Math.min(now.getTime() + IDLE_LIFETIME_MS, absoluteExpiresAt.getTime()));
}
