import { newUuid } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { hashRefreshToken, newRefreshToken } from '../credentials/refresh-token.ts';
import { absoluteExpiry, refreshTokenExpiry } from '../domain/session-lifetime.ts';
import type { AuthMethod } from '../store/session-store.ts';
import type { Services } from './services.ts';
import { deliver, type TokenDelivery } from './token-delivery.ts';
import { toTokenPair } from './token-pair.ts';

export interface SessionRequest {
  /** UUID. */
  readonly userId: string;
  /** How they proved it. */
  readonly methods: readonly AuthMethod[];
  readonly delivery: TokenDelivery;
}

/** A session for somebody who has just proved to be this user. Undefined when the account is gone by now. */
export async function startSession(
  services: Services,
  context: UsersContext,
  { userId, methods, delivery }: SessionRequest,
) {
  const refreshToken = newRefreshToken();
  const authTime = services.now();
  const absoluteExpiresAt = absoluteExpiry(authTime);
  const session = { id: newUuid(), userId, authTime };
  const refreshTokenExpiresAt = refreshTokenExpiry(authTime, absoluteExpiresAt);
  const user = await services.stores.sessions.start({
    ...session,
    methods,
    ipAddress: context.client.ipAddress,
    userAgent: context.client.userAgent,
    absoluteExpiresAt,
    refreshTokenHash: hashRefreshToken(refreshToken),
    refreshTokenExpiresAt,
  });
  if (user === undefined) return undefined;
  context.recognize(user);
  const tokens = await toTokenPair(session, { refreshToken, refreshTokenExpiresAt }, services, context);
  return { tokens: deliver(tokens, delivery, context, authTime), user };
}
