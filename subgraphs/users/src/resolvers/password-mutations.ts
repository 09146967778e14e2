import type { UsersContext } from '../context.ts';
import { hashOneTimeToken } from '../credentials/one-time-token.ts';
import { toEmail } from '../domain/email.ts';
import { passwordOfAccount } from '../domain/limits.ts';
import { checkPassword } from '../domain/password-policy.ts';
import { invalidCredentials, linkInvalid, type TokenInvalidError } from '../domain/user-errors.ts';
import type { TokenProblem } from '../store/credential-store.ts';
import { confirmPassword } from './confirm-password.ts';
import { requestLetter } from './request-letter.ts';
import type { Services } from './services.ts';
import { startSession } from './start-session.ts';
import { assertMayUseCookies, type TokenDelivery } from './token-delivery.ts';

interface PasswordChangeInput {
  readonly currentPassword: string;
  readonly newPassword: string;
  readonly tokenDelivery: TokenDelivery;
}

export function passwordMutations(services: Services) {
  const { stores, passwords, now, onLetter } = services;
  return {
    passwordResetRequest: (
      _: unknown,
      { input }: { input: { readonly email: string } },
      context: UsersContext,
    ) => requestLetter(services, 'PASSWORD_RESET', input, context),

    /** Does not sign in: whoever reads the mail still has to know the password they set. */
    passwordReset: async (
      _: unknown,
      { input }: { input: { readonly token: string; readonly newPassword: string } },
    ) => {
      const tokenHash = hashOneTimeToken(input.token);
      if (tokenHash === undefined) return notReset(invalidToken('INVALID'));
      const owner = await stores.credentials.findResetUser({ tokenHash, now: now() });
      if (typeof owner === 'string') return notReset(invalidToken(owner));
      const weak = checkPassword(input.newPassword, owner, ['input', 'newPassword']);
      if (weak !== undefined) return notReset(weak);
      const passwordHash = await passwords.hash(input.newPassword);
      const user = await stores.credentials.resetPassword({ tokenHash, passwordHash, now: now() });
      if (typeof user === 'string') return notReset(invalidToken(user));
      await stores.throttles.forget(passwordOfAccount(toEmail(user.email)?.key ?? ''));
      onLetter();
      return { accepted: true, userErrors: [] };
    },

    /** Ends every session, also the one it was asked in, and starts a new one. */
    passwordChange: async (_: unknown, { input }: { input: PasswordChangeInput }, context: UsersContext) => {
      assertMayUseCookies(input.tokenDelivery, services, context);
      const confirmed = await confirmPassword(services, context, input.currentPassword);
      if ('problem' in confirmed) return notChanged(confirmed.problem);
      const { credential, proof } = confirmed;
      const [owner] = await stores.users.findByIds([credential.userId]);
      if (owner === undefined) return notChanged(invalidCredentials());
      const weak = checkPassword(input.newPassword, owner, ['input', 'newPassword']);
      if (weak !== undefined) return notChanged(weak);
      const passwordHash = await passwords.hash(input.newPassword);
      const user = await stores.credentials.changePassword({
        userId: owner.id,
        from: credential.passwordHash,
        to: passwordHash,
        now: now(),
      });
      onLetter();
      const started =
        user &&
        (await startSession(services, context, {
          userId: user.id,
          ...proof,
          evidence: { passwordHash },
          delivery: input.tokenDelivery,
        }));
      return started === undefined ? notChanged(invalidCredentials()) : { ...started, userErrors: [] };
    },
  };
}

const invalidToken = (problem: TokenProblem): TokenInvalidError =>
  linkInvalid(problem === 'EXPIRED', ['input', 'token']);

const notReset = <T>(error: T) => ({ accepted: false, userErrors: [error] });

const notChanged = <T>(error: T) => ({ tokens: null, user: null, userErrors: [error] });
