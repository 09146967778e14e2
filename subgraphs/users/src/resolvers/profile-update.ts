import { requireUser } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { userIds } from '../domain/ids.ts';
import { readProfileChanges, type ProfileInput } from '../domain/profile.ts';
import { accountInputError, type AccountInputError } from '../domain/user-errors.ts';
import type { Services } from './services.ts';

export const profileUpdate =
  ({ stores, now }: Services) =>
  async (_: unknown, { input }: { input: ProfileInput }, { viewer }: UsersContext) => {
    const userId = userIds.toUuid(requireUser(viewer).id);
    const read = readProfileChanges(input);
    if ('problems' in read) return refused(read.problems);
    if (userId === undefined) return refused([noSuchAccount()]);
    const expectedVersion = input.expectedVersion ?? undefined;
    const user = await stores.users.updateProfile({
      userId,
      changes: read.changes,
      expectedVersion,
      now: now(),
    });
    if (user === 'NOT_FOUND') return refused([noSuchAccount()]);
    if (user === 'VERSION_MISMATCH') return refused([versionMismatch()]);
    return { user, userErrors: [] };
  };

const refused = (userErrors: readonly AccountInputError[]) => ({ user: null, userErrors });

const noSuchAccount = (): AccountInputError =>
  accountInputError('NOT_FOUND', null, 'This account no longer exists.');

const versionMismatch = (): AccountInputError =>
  accountInputError(
    'VERSION_MISMATCH',
    ['input', 'expectedVersion'],
    'The profile was changed elsewhere. Load it again, then repeat the change.',
  );
