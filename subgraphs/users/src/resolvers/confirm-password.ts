import { requireUser } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { userIds } from '../domain/ids.ts';
import {
  signInAgain,
  type AccountInputError,
  type InvalidCredentialsError,
  type RateLimitedError,
} from '../domain/user-errors.ts';
import type { Proof } from '../store/session-store.ts';
import type { Credential } from '../store/user-store.ts';
import { checkCurrentPassword } from './check-current-password.ts';
import { findFreshSession } from './find-fresh-user.ts';
import type { Services } from './services.ts';

interface Confirmed {
  readonly credential: Credential;
  /** For a session that goes on from here: nothing in it is newer than when it was proved. */
  readonly proof: Proof;
}

/**
 * For what changes how an account is entered. Where a sign-in needs a code, the password alone must not do here what it
 * does not do there: one of the last minutes is needed too, in which a code or a passkey was given.
 *
 * @throws UnauthenticatedError when nobody is signed in.
 */
export async function confirmPassword(
  services: Services,
  context: UsersContext,
  password: string,
): Promise<Confirmed | { readonly problem: AccountInputError | InvalidCredentialsError | RateLimitedError }> {
  const userId = userIds.toUuid(requireUser(context.viewer).id);
  const [status] = userId === undefined ? [] : await services.stores.mfa.findStatus([userId]);
  const needsCode = status?.totpEnabled === true;
  const session = needsCode ? await findFreshSession(services, context) : undefined;
  if (needsCode && session === undefined) return { problem: signInAgain() };
  const checked = await checkCurrentPassword(services, userId, password);
  if ('problem' in checked) return checked;
  const { authTime, methods } = session ?? { authTime: services.now(), methods: [] };
  return { ...checked, proof: { authTime, methods: [...new Set([...methods, 'PASSWORD' as const])] } };
}
