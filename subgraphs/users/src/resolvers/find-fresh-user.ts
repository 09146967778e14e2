import { requireUser } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { sessionIds, userIds } from '../domain/ids.ts';
import { isFresh } from '../domain/mfa.ts';
import type { Services } from './services.ts';

/**
 * UUID of the caller when they have just proved who they are, in a session that has not been ended: the access token of
 * one that has lives on for minutes, and must not be enough for what outlives the session.
 *
 * @throws UnauthenticatedError when nobody is signed in.
 */
export async function findFreshUser(
  { stores, now }: Pick<Services, 'stores' | 'now'>,
  { viewer }: UsersContext,
): Promise<string | undefined> {
  const { id, authTime, sessionId } = requireUser(viewer);
  const userId = userIds.toUuid(id);
  const session = sessionIds.toUuid(sessionId ?? '');
  if (userId === undefined || session === undefined || !isFresh(authTime, now())) return undefined;
  return (await stores.sessions.isLive({ id: session, userId, now: now() })) ? userId : undefined;
}
