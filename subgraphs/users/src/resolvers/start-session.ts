import { newUuid } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { hashRefreshToken, newRefreshToken } from '../credentials/refresh-token.ts';
import { absoluteExpiry, refreshTokenExpiry } from '../domain/session-lifetime.ts';
import type { NewSession } from '../store/session-store.ts';
import type { Services } from './services.ts';
import { deliver, type TokenDelivery } from './token-delivery.ts';
import { toTokenPair } from './token-pair.ts';

export interface SessionRequest extends Pick<NewSession, 'methods' | 'evidence'> {
  /** UUID. */
  readonly userId: string;
  /** When they proved it; now unless it was in a session before. */
  readonly authTime?: Date;
  readonly delivery: TokenDelivery;
}

/** A session for somebody who has proved to be this user. Undefined when the account is gone by now, or the proof is. */
export async function startSession(
  services: Services,
  context: UsersContext,
  { userId, methods, evidence, delivery, ...request }: SessionRequest,
) {
  const refreshToken = newRefreshToken();
  const now = services.now();
  const absoluteExpiresAt = absoluteExpiry(now);
  const session = { id: newUuid(), userId, authTime: request.authTime ?? now };
  const refreshTokenExpiresAt = refreshTokenExpiry(now, absoluteExpiresAt);
  const user = await services.stores.sessions.start({
    ...session,
    methods,
    evidence,
    ipAddress: context.client.ipAddress,
    userAgent: context.client.userAgent,
    absoluteExpiresAt,
    refreshTokenHash: hashRefreshToken(refreshToken),
    refreshTokenExpiresAt,
    now,
  });
  if (user === undefined) return undefined;
  context.recognize(user);
  const tokens = await toTokenPair(session, { refreshToken, refreshTokenExpiresAt }, services, context);
  return { tokens: deliver(tokens, delivery, context, now), user };
}
