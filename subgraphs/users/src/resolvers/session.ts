import type { UsersContext } from '../context.ts';
import { sessionIds } from '../domain/ids.ts';
import type { LiveSession } from '../store/session-store.ts';

export const sessionResolvers = {
  id: (session: LiveSession) => sessionIds.fromUuid(session.id),
  current: (session: LiveSession, _args: unknown, { viewer }: UsersContext) =>
    viewer.kind === 'user' && viewer.sessionId === sessionIds.fromUuid(session.id),
};
