import { requireUser } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { sessionIds, userIds } from '../domain/ids.ts';
import { accountInputError } from '../domain/user-errors.ts';
import type { Services } from './services.ts';

export function sessionMutations({ stores: { sessions }, now }: Services) {
  return {
    sessionRevoke: async (_: unknown, { id }: { id: string }, { viewer }: UsersContext) => {
      const userId = userIds.toUuid(requireUser(viewer).id);
      const sessionId = sessionIds.toUuid(id);
      const isRevoked =
        userId !== undefined &&
        sessionId !== undefined &&
        (await sessions.revoke({ id: sessionId, userId, now: now() }));
      if (isRevoked) return { revokedId: id, userErrors: [] };
      const message = 'You have no such session, or it has ended already.';
      return { revokedId: null, userErrors: [accountInputError('NOT_FOUND', ['id'], message)] };
    },

    sessionRevokeAll: async (
      _: unknown,
      { keepCurrent }: { keepCurrent: boolean },
      { viewer }: UsersContext,
    ) => {
      const user = requireUser(viewer);
      const userId = userIds.toUuid(user.id);
      const current = sessionIds.toUuid(user.sessionId ?? '');
      if (userId === undefined) return { revokedCount: 0 };
      const except = keepCurrent ? current : undefined;
      return { revokedCount: await sessions.revokeAll({ userId, except, now: now() }) };
    },
  };
}
