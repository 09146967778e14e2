const MINUTE_MS = 60 * 1_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A key signs for this long. */
export const ROTATE_AFTER_MS = 30 * DAY_MS;
/** Twice as long as a key set may be cached: everybody knows a key before it signs. */
export const PUBLISHED_BEFORE_MS = 10 * MINUTE_MS;
/** For clocks that differ. */
const MARGIN_MS = MINUTE_MS;

export interface ScheduledKey {
  readonly kid: string;
  readonly activeFrom: Date;
}

const newestFirst = <K extends ScheduledKey>(keys: readonly K[]): K[] =>
  [...keys].sort((a, b) => b.activeFrom.getTime() - a.activeFrom.getTime() || (a.kid < b.kid ? -1 : 1));

/** The key that signs: the newest whose time has come. */
export const signingKeyAt = <K extends ScheduledKey>(keys: readonly K[], now: Date): K | undefined =>
  newestFirst(keys).find(({ activeFrom }) => activeFrom <= now);

/** The keys whose tokens can still be valid, and those that will sign. */
export function publishedKeysAt<K extends ScheduledKey>(
  keys: readonly K[],
  tokenLifetimeMs: number,
  now: Date,
): K[] {
  const sorted = newestFirst(keys);
  return sorted.filter((_, index) => {
    const successor = sorted[index - 1];
    if (successor === undefined) return true;
    return successor.activeFrom.getTime() + tokenLifetimeMs + MARGIN_MS > now.getTime();
  });
}

/** When a key must be made that signs from then on; undefined: not yet. */
export function nextKeyActiveFrom(keys: readonly ScheduledKey[], now: Date): Date | undefined {
  const [newest] = newestFirst(keys);
  if (newest === undefined) return now;
  const dueAt = newest.activeFrom.getTime() + ROTATE_AFTER_MS - PUBLISHED_BEFORE_MS;
  return dueAt <= now.getTime() ? new Date(now.getTime() + PUBLISHED_BEFORE_MS) : undefined;
}
