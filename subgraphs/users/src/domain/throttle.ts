/** How often something may be tried under one key, for example with one account or from one address. */
export interface ThrottleRule {
  /** Attempts in a window that are let through before the first pause. */
  readonly limit: number;
  readonly windowMs: number;
  /** Undefined: what is over the limit waits for the end of the window. */
  readonly pause?: { readonly firstMs: number; readonly longestMs: number };
}

export interface ThrottleState {
  readonly attempts: number;
  readonly windowStartedAt: Date;
  readonly blockedUntil: Date | null;
}

export type Admission =
  | { readonly admitted: true; readonly state: ThrottleState }
  | { readonly admitted: false; readonly retryAfterSeconds: number };

/**
 * Decides on one more attempt. It counts at once, before anybody knows how it ends: otherwise a thousand at the same
 * time would all be let through. From the limit on each attempt is followed by a pause, twice as long each time.
 */
export function admitAttempt(rule: ThrottleRule, last: ThrottleState | undefined, now: Date): Admission {
  const blockedForMs = (last?.blockedUntil?.getTime() ?? 0) - now.getTime();
  if (blockedForMs > 0) return { admitted: false, retryAfterSeconds: Math.ceil(blockedForMs / 1_000) };
  const goesOn = last !== undefined && now.getTime() - last.windowStartedAt.getTime() < rule.windowMs;
  const attempts = goesOn ? last.attempts + 1 : 1;
  const windowStartedAt = goesOn ? last.windowStartedAt : now;
  return {
    admitted: true,
    state: { attempts, windowStartedAt, blockedUntil: blockAfter(rule, attempts, windowStartedAt, now) },
  };
}

/** Takes back an attempt that turned out well. */
export function takeBackAttempt(rule: ThrottleRule, last: ThrottleState): ThrottleState {
  const attempts = Math.max(0, last.attempts - 1);
  return { ...last, attempts, blockedUntil: attempts < rule.limit ? null : last.blockedUntil };
}

function blockAfter({ limit, windowMs, pause }: ThrottleRule, attempts: number, start: Date, now: Date) {
  if (attempts < limit) return null;
  if (pause === undefined) return new Date(start.getTime() + windowMs);
  // 2^30 pauses are longer than any longest one.
  const pauseMs = Math.min(pause.longestMs, pause.firstMs * 2 ** Math.min(30, attempts - limit));
  return new Date(now.getTime() + pauseMs);
}
