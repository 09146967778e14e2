import { ForbiddenError } from '@tributary/service-kit';
import { requireScope } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { toEmail } from '../domain/email.ts';
import { userIds } from '../domain/ids.ts';
import { createInputReader } from '../domain/input-reader.ts';
import { codesOfAccount, passwordOfAccount } from '../domain/limits.ts';
import type { Role } from '../domain/roles.ts';
import {
  accountInputError,
  signInAgain,
  type AccountInputError,
  type FieldPath,
} from '../domain/user-errors.ts';
import type { AdministrativeAct } from '../store/administration-store.ts';
import type { User } from '../store/user-store.ts';
import { findFreshUser } from './find-fresh-user.ts';
import type { Services } from './services.ts';

const MAX_REASON_LENGTH = 500;

type Outcome = User | 'FORBIDDEN' | 'NOT_FOUND' | 'VERSION_MISMATCH' | 'LAST_ADMIN' | 'ERASURE_DUE';

/** All need the scope users:admin, by the token and by the roles there are now, and a fresh sign-in. */
export function administrationMutations({ stores, now }: Services) {
  const { administration, throttles } = stores;
  const administer = async (
    id: string,
    context: UsersContext,
    work: (act: AdministrativeAct) => Promise<Outcome>,
    /** Where in the arguments what it is about is. */
    place: FieldPath = ['input'],
    /** Which of them is at fault when it must not be done to this account. */
    subject: 'id' | 'roles' = 'id',
  ) => {
    requireScope(context.viewer, 'users:admin');
    const actorId = await findFreshUser({ stores, now }, context);
    if (actorId === undefined) return refused([signInAgain()]);
    const userId = userIds.toUuid(id);
    const outcome = userId === undefined ? 'NOT_FOUND' : await work({ actorId, userId, now: now() });
    if (outcome === 'FORBIDDEN') throw new ForbiddenError('You do not administer accounts any more.');
    return typeof outcome === 'string'
      ? refused([problemOf(outcome, place, subject)])
      : { user: outcome, userErrors: [] };
  };
  return {
    userSuspend: async (
      _: unknown,
      {
        input,
      }: {
        input: { readonly id: string; readonly reason: string; readonly expectedVersion?: number | null };
      },
      context: UsersContext,
    ) => {
      requireScope(context.viewer, 'users:admin');
      const reader = createInputReader();
      const reason = reader.requiredText('reason', input.reason, MAX_REASON_LENGTH);
      if (reader.problems.length > 0) return refused(reader.problems);
      return administer(input.id, context, (act) =>
        administration.suspend({ ...act, reason, expectedVersion: input.expectedVersion ?? undefined }),
      );
    },
    userReinstate: (
      _: unknown,
      { id, expectedVersion }: { id: string; expectedVersion?: number | null },
      context: UsersContext,
    ) =>
      administer(
        id,
        context,
        (act) => administration.reinstate({ ...act, expectedVersion: expectedVersion ?? undefined }),
        [],
      ),
    userSessionsRevoke: (_: unknown, { id }: { id: string }, context: UsersContext) =>
      administer(id, context, (act) => administration.revokeSessions(act)),
    /** Forgets guesses: the owner need not wait for their pauses to end. */
    userUnlock: (_: unknown, { id }: { id: string }, context: UsersContext) =>
      administer(id, context, async (act) => {
        const user = await administration.recordUnlock(act);
        if (typeof user === 'string') return user;
        await throttles.forget(passwordOfAccount(toEmail(user.email)?.key ?? ''));
        await throttles.forget(codesOfAccount(user.id));
        return user;
      }),
    userRolesSet: (
      _: unknown,
      {
        input,
      }: {
        input: { readonly id: string; readonly roles: readonly Role[]; readonly expectedVersion: number };
      },
      context: UsersContext,
    ) =>
      administer(
        input.id,
        context,
        (act) =>
          administration.setRoles({ ...act, roles: input.roles, expectedVersion: input.expectedVersion }),
        ['input'],
        'roles',
      ),
  };
}

function problemOf(
  outcome: Exclude<Outcome, User | 'FORBIDDEN'>,
  place: FieldPath,
  subject: string,
): AccountInputError {
  switch (outcome) {
    case 'NOT_FOUND':
      return accountInputError('NOT_FOUND', null, 'There is no such account.');
    case 'VERSION_MISMATCH':
      return accountInputError(
        'VERSION_MISMATCH',
        [...place, 'expectedVersion'],
        'The account was changed elsewhere. Load it again, then repeat the change.',
      );
    case 'LAST_ADMIN':
      return accountInputError('INVALID', [...place, subject], 'Nobody would be left who may administer.');
    case 'ERASURE_DUE':
      return accountInputError(
        'INVALID',
        [...place, subject],
        'The account is about to be erased. Its owner has to cancel that before they administer.',
      );
  }
}

const refused = (userErrors: readonly AccountInputError[]) => ({ user: null, userErrors });
