import { requireUser } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { sessionIds, userIds } from '../domain/ids.ts';
import { isFresh } from '../domain/mfa.ts';
import type { Proof } from '../store/session-store.ts';
import type { Services } from './services.ts';

interface FreshSession extends Proof {
  /** UUID. */
  readonly userId: string;
  /** UUID. */
  readonly sessionId: string;
}

/** As `findFreshSession`, and only whose it is. */
export async function findFreshUser(
  services: Pick<Services, 'stores' | 'now'>,
  context: UsersContext,
): Promise<string | undefined> {
  return (await findFreshSession(services, context))?.userId;
}

/**
 * What the caller has proved when they have just proved who they are, in a session that has not been ended: the access
 * token of one that has lives on for minutes, and must not be enough for what outlives the session.
 *
 * @throws UnauthenticatedError when nobody is signed in.
 */
export async function findFreshSession(
  { stores, now }: Pick<Services, 'stores' | 'now'>,
  { viewer }: UsersContext,
): Promise<FreshSession | undefined> {
  const { id, authTime, sessionId } = requireUser(viewer);
  const userId = userIds.toUuid(id);
  const session = sessionIds.toUuid(sessionId ?? '');
  if (userId === undefined || session === undefined || !isFresh(authTime, now())) return undefined;
  const proof = await stores.sessions.findProof({ id: session, userId, now: now() });
  return proof && { userId, sessionId: session, ...proof };
}
