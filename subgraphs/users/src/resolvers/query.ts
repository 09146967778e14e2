import { isSelf, readPage, requireScope, type PageArguments } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { PASSWORD_POLICY } from '../domain/password-policy.ts';
import { listAuditEvents, type AuditArguments } from './audit-connection.ts';
import { toDeadLetter } from './event-retry.ts';
import { findUser } from './find-user.ts';
import type { Services } from './services.ts';
import { listUsers } from './user-connection.ts';

export function queryResolvers({ stores }: Services) {
  return {
    viewer: (_: unknown, _args: unknown, context: UsersContext) =>
      context.viewer.kind === 'user' ? findUser(context.viewer.id, context) : null,
    user: (_: unknown, { id }: { id: string }, context: UsersContext) => {
      if (!isSelf(context.viewer, id)) requireScope(context.viewer, 'users:read');
      return findUser(id, context);
    },
    users: (_: unknown, args: PageArguments, context: UsersContext) => {
      requireScope(context.viewer, 'users:read');
      return listUsers(args, stores.users, context);
    },
    auditEvents: (_: unknown, args: AuditArguments, context: UsersContext) => {
      requireScope(context.viewer, 'users:admin');
      return listAuditEvents(args, stores.audit);
    },
    eventDeadLetters: async (_: unknown, { first }: { first: number }, context: UsersContext) => {
      requireScope(context.viewer, 'users:admin');
      const { size } = readPage({ first }, 'oldest', first);
      return (await stores.events.listDead(size)).map(toDeadLetter);
    },
    passwordPolicy: () => PASSWORD_POLICY,
  };
}
