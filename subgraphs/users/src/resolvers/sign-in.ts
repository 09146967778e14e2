import type { UsersContext } from '../context.ts';
import { toEmail } from '../domain/email.ts';
import { passwordOfAccount, signInsFrom } from '../domain/limits.ts';
import {
  accountSuspended,
  emailNotVerified,
  invalidCredentials,
  rateLimited,
  type AccountSuspendedError,
  type EmailNotVerifiedError,
  type InvalidCredentialsError,
  type RateLimitedError,
} from '../domain/user-errors.ts';
import type { Credential } from '../store/user-store.ts';
import { challenge } from './mfa-verify.ts';
import type { Services } from './services.ts';
import { startSession } from './start-session.ts';
import { assertMayUseCookies, type TokenDelivery } from './token-delivery.ts';

interface SignInInput {
  readonly email: string;
  readonly password: string;
  readonly tokenDelivery: TokenDelivery;
}

/** An unknown address takes the same steps as a wrong password: limits, one look-up, one hash, one audit event. */
export const signIn =
  (services: Services) =>
  async (_: unknown, { input }: { input: SignInInput }, context: UsersContext) => {
    const { stores, passwords, limits, now } = services;
    assertMayUseCookies(input.tokenDelivery, services, context);
    const emailKey = toEmail(input.email)?.key ?? '';
    const { network } = context.client;
    const ofNetwork = network === undefined ? undefined : signInsFrom(network, limits);
    const ofAccount = passwordOfAccount(emailKey);
    const retryAfterSeconds = await stores.throttles.admit(
      ofNetwork === undefined ? [ofAccount] : [ofNetwork, ofAccount],
      now(),
    );
    if (retryAfterSeconds !== undefined) return refused(rateLimited(retryAfterSeconds));
    const credential = await stores.users.findCredential(emailKey);
    const fail = async () => {
      await stores.sessions.recordSignInFailure({ userId: credential?.userId, now: now() });
      return refused(invalidCredentials());
    };
    if (!(await passwords.verify(credential?.passwordHash, input.password)) || credential === undefined)
      return fail();
    if (ofNetwork !== undefined) await stores.throttles.takeBack(ofNetwork);
    const { userId } = credential;
    const passwordHash = await renewHash(services, credential, input.password);
    if (credential.isSuspended) return refused(accountSuspended());
    if (services.needsVerifiedEmail && !credential.isEmailVerified) return refused(emailNotVerified());
    const status = (await stores.mfa.findStatus([userId]))[0];
    // The attempt stays counted until the code was right too.
    if (status?.totpEnabled === true) return (await challenge(services, userId, passwordHash)) ?? fail();
    const started = await startSession(services, context, {
      userId,
      methods: ['PASSWORD'],
      evidence: { passwordHash },
      delivery: input.tokenDelivery,
    });
    if (started === undefined) return fail();
    await stores.throttles.forget(ofAccount);
    return { ...started, mfaChallenge: null, userErrors: [] };
  };

/**
 * A hash of older parameters is replaced now: only here is the password known.
 *
 * @returns the hash that the account has of this password then.
 */
async function renewHash(
  { stores, passwords, now }: Services,
  { userId, passwordHash }: Credential,
  password: string,
): Promise<string> {
  if (!passwords.isOutdated(passwordHash)) return passwordHash;
  const renewed = await passwords.hash(password);
  if (await stores.users.replacePasswordHash({ userId, from: passwordHash, to: renewed, now: now() }))
    return renewed;
  // Another sign-in was first, or the password is a new one.
  const current = (await stores.users.findCredentialOf(userId))?.passwordHash;
  return current !== undefined && (await passwords.verify(current, password)) ? current : passwordHash;
}

const refused = (
  error: AccountSuspendedError | InvalidCredentialsError | EmailNotVerifiedError | RateLimitedError,
) => ({
  tokens: null,
  user: null,
  mfaChallenge: null,
  userErrors: [error],
});
