import { requireUser } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { toEmail } from '../domain/email.ts';
import { userIds } from '../domain/ids.ts';
import { accountInputError, signInAgain, type AccountInputError } from '../domain/user-errors.ts';
import type { User } from '../store/user-store.ts';
import { findFreshUser } from './find-fresh-user.ts';
import type { Services } from './services.ts';

export const toErasure = ({ erasureRequestedAt, erasureDueAt }: User) =>
  erasureRequestedAt === null ? null : { requestedAt: erasureRequestedAt, executesAt: erasureDueAt };

export function erasureMutations({ stores, erasureDelayMs, onLetter, now }: Services) {
  return {
    accountErasureRequest: async (
      _: unknown,
      { input }: { input: { readonly confirmEmail: string } },
      context: UsersContext,
    ) => {
      const userId = await findFreshUser({ stores, now }, context);
      if (userId === undefined) return refused(signInAgain());
      const [user] = await stores.users.findByIds([userId]);
      if (user === undefined || toEmail(user.email)?.key !== toEmail(input.confirmEmail)?.key)
        return refused(NOT_THE_ADDRESS);
      const dueAt = new Date(now().getTime() + erasureDelayMs);
      const outcome = await stores.erasures.request({ userId, dueAt, now: now() });
      if (outcome === 'NOT_FOUND') return refused(signInAgain());
      if (outcome === 'ADMINISTERS') return refused(ADMINISTERS);
      onLetter();
      return { erasure: toErasure(outcome), userErrors: [] };
    },

    /** Needs no fresh sign-in: it takes nothing from anybody. */
    accountErasureCancel: async (_: unknown, _args: unknown, { viewer }: UsersContext) => {
      const userId = userIds.toUuid(requireUser(viewer).id);
      const canceled = userId !== undefined && (await stores.erasures.cancel({ userId, now: now() }));
      if (canceled) onLetter();
      return { canceled };
    },
  };
}

const NOT_THE_ADDRESS = accountInputError(
  'INVALID',
  ['input', 'confirmEmail'],
  'This is not the e-mail address of your account.',
);
const ADMINISTERS = accountInputError(
  'INVALID',
  null,
  'You administer accounts. Have another administrator take the role from you first.',
);

const refused = (error: AccountInputError) => ({ erasure: null, userErrors: [error] });
