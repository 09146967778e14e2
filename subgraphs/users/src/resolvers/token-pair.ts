import type { UsersContext } from '../context.ts';
import { sessionIds, userIds } from '../domain/ids.ts';
import { NO_GRANTS } from '../domain/roles.ts';
import type { Session } from '../store/session-store.ts';
import type { Services } from './services.ts';

export interface IssuedRefreshToken {
  readonly refreshToken: string;
  readonly refreshTokenExpiresAt: Date;
}

/** A fresh access token, with what the user may do at this moment, beside the refresh token. */
export async function toTokenPair(
  session: Session,
  issued: IssuedRefreshToken,
  { accessTokens, now }: Pick<Services, 'accessTokens' | 'now'>,
  { loaders }: UsersContext,
) {
  const grants = (await loaders.grants.load(session.userId)) ?? NO_GRANTS;
  const { token, expiresAt } = await accessTokens.issue(
    {
      userId: userIds.fromUuid(session.userId),
      sessionId: sessionIds.fromUuid(session.id),
      grants,
      authTime: session.authTime,
    },
    now(),
  );
  return { accessToken: token, accessTokenExpiresAt: expiresAt, ...issued, tokenType: 'Bearer' };
}
