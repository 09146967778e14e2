/**
 * Refresh token rotation with reuse detection.
 *
 * Each token works once and is replaced. A used one that shows up again means that two parties hold the
 * session, so it ends; with one exception: a client that never got our answer asks again with the same token.
 * Within a short grace, and only while the successor itself is unused, it gets the same successor once more.
 * Nobody gains by replaying: the thief and the owner then hold the same next token, and its second use tells.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
 */
export const REPLAY_GRACE_MS = 10_000;

export interface PresentedToken {
  /** 1 for the token of the sign-in, one more with each rotation. */
  readonly generation: number;
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
}

export interface TokenFamily {
  readonly revokedAt: Date | null;
  readonly absoluteExpiresAt: Date;
  readonly newestGeneration: number;
}

export type RotationDecision = 'ROTATE' | 'REPLAY' | 'REUSED' | 'EXPIRED' | 'ENDED';

export function decideRotation(token: PresentedToken, family: TokenFamily, now: Date): RotationDecision {
  if (family.revokedAt !== null) return 'ENDED';
  if (family.absoluteExpiresAt <= now) return 'EXPIRED';
  if (token.usedAt === null) return token.expiresAt <= now ? 'EXPIRED' : 'ROTATE';
  const isPreceding = token.generation === family.newestGeneration - 1;
  const usedAgoMs = now.getTime() - token.usedAt.getTime();
  return isPreceding && usedAgoMs <= REPLAY_GRACE_MS ? 'REPLAY' : 'REUSED';
}
