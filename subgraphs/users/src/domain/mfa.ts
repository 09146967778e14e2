const MINUTE_MS = 60 * 1_000;

/** From the password to the second factor. */
export const CHALLENGE_LIFETIME_MS = 5 * MINUTE_MS;
export const CHALLENGE_ATTEMPTS = 5;

/** How long ago somebody may have proved who they are for what a thief of an unlocked device must not do. */
export const FRESH_SIGN_IN_MS = 10 * MINUTE_MS;

/** @param authTime In seconds since the epoch, as tokens have it. */
export const isFresh = (authTime: number | undefined, now: Date): boolean =>
  authTime !== undefined && now.getTime() - authTime * 1_000 <= FRESH_SIGN_IN_MS;
