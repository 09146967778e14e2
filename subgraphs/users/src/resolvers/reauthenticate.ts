import { requireUser } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { sessionIds, userIds } from '../domain/ids.ts';
import { NO_GRANTS } from '../domain/roles.ts';
import { accountInputError, codeInvalid } from '../domain/user-errors.ts';
import type { AuthMethod } from '../store/session-store.ts';
import { checkCurrentPassword } from './check-current-password.ts';
import type { Services } from './services.ts';
import { inSession, isSecondFactor, verifySecondFactor } from './verify-second-factor.ts';

interface ReauthenticateInput {
  readonly currentPassword: string;
  readonly code?: string | null;
  readonly method: AuthMethod;
}

/** Proves again who somebody is, in the session they have: its `auth_time` is now. */
export const reauthenticate =
  (services: Services) =>
  async (_: unknown, { input }: { input: ReauthenticateInput }, context: UsersContext) => {
    const viewer = requireUser(context.viewer);
    const checked = await checkCurrentPassword(services, userIds.toUuid(viewer.id), input.currentPassword);
    if ('problem' in checked) return refused(checked.problem);
    const { userId } = checked.credential;
    const status = (await services.stores.mfa.findStatus([userId]))[0];
    if (status?.totpEnabled !== true) return renewAuthTime(services, context, userId, ['PASSWORD']);
    const { code, method } = input;
    if (typeof code !== 'string' || !isSecondFactor(method)) return refused(codeInvalid(['input', 'code']));
    const problem = await verifySecondFactor(services, userId, { method, code, usedBy: inSession(viewer) });
    return problem === undefined
      ? renewAuthTime(services, context, userId, ['PASSWORD', method])
      : refused(problem);
  };

/** For whoever has just proved to be the user that the session is of. */
export async function renewAuthTime(
  { stores, accessTokens, now }: Services,
  context: UsersContext,
  userId: string,
  methods: readonly AuthMethod[],
) {
  const viewer = requireUser(context.viewer);
  const sessionId = sessionIds.toUuid(viewer.sessionId ?? '');
  const authTime = now();
  if (
    sessionId === undefined ||
    !(await stores.sessions.renewAuthTime({ id: sessionId, userId, methods, now: authTime }))
  )
    return refused(accountInputError('NOT_FOUND', null, 'This session has ended. Sign in again.'));
  const grants = (await context.loaders.grants.load(userId)) ?? NO_GRANTS;
  const subject = { userId: viewer.id, sessionId: sessionIds.fromUuid(sessionId), grants, authTime };
  const { token, expiresAt } = await accessTokens.issue(subject, authTime);
  return { accessToken: token, accessTokenExpiresAt: expiresAt, userErrors: [] };
}

const refused = <T>(error: T) => ({ accessToken: null, accessTokenExpiresAt: null, userErrors: [error] });
