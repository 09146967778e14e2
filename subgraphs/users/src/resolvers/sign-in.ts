import { newUuid } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { hashRefreshToken, newRefreshToken } from '../credentials/refresh-token.ts';
import { toEmail } from '../domain/email.ts';
import { absoluteExpiry, refreshTokenExpiry } from '../domain/session-lifetime.ts';
import { invalidCredentials } from '../domain/user-errors.ts';
import type { Services } from './services.ts';
import { toTokenPair } from './token-pair.ts';

interface SignInInput {
  readonly email: string;
  readonly password: string;
}

/** An unknown address takes the same steps as a wrong password: one look-up, one hash, one audit event. */
export const signIn =
  (services: Services) =>
  async (_: unknown, { input }: { input: SignInInput }, context: UsersContext) => {
    const { stores, passwords, now } = services;
    const email = toEmail(input.email);
    const credential = await stores.users.findCredential(email?.key ?? '');
    if (!(await passwords.verify(credential?.passwordHash, input.password)) || credential === undefined) {
      await stores.sessions.recordSignInFailure({ userId: credential?.userId, now: now() });
      return refused();
    }
    const refreshToken = newRefreshToken();
    const authTime = now();
    const absoluteExpiresAt = absoluteExpiry(authTime);
    const session = { id: newUuid(), userId: credential.userId, authTime };
    const refreshTokenExpiresAt = refreshTokenExpiry(authTime, absoluteExpiresAt);
    const user = await stores.sessions.start({
      ...session,
      absoluteExpiresAt,
      refreshTokenHash: hashRefreshToken(refreshToken),
      refreshTokenExpiresAt,
    });
    if (user === undefined) return refused();
    context.recognize(user);
    const tokens = await toTokenPair(session, { refreshToken, refreshTokenExpiresAt }, services, context);
    return { tokens, user, userErrors: [] };
  };

const refused = () => ({ tokens: null, user: null, userErrors: [invalidCredentials()] });
