import { requireUser } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { NO_REFRESH_COOKIE } from '../credentials/refresh-cookie.ts';
import { sessionIds, userIds } from '../domain/ids.ts';
import type { Services } from './services.ts';

export const signOut =
  ({ stores, now }: Services) =>
  async (_: unknown, _args: unknown, { viewer, client, setCookie }: UsersContext) => {
    const user = requireUser(viewer);
    if (client.refreshToken !== undefined) setCookie(NO_REFRESH_COOKIE);
    const id = sessionIds.toUuid(user.sessionId ?? '');
    const userId = userIds.toUuid(user.id);
    if (id === undefined || userId === undefined) return { ended: false };
    return { ended: await stores.sessions.end({ id, userId, now: now() }) };
  };
