import type { UsersContext } from '../context.ts';
import { hashOneTimeToken, newOneTimeToken } from '../credentials/one-time-token.ts';
import { toEmail } from '../domain/email.ts';
import { passwordOfAccount } from '../domain/limits.ts';
import { CHALLENGE_ATTEMPTS, CHALLENGE_LIFETIME_MS } from '../domain/mfa.ts';
import { challengeEnded } from '../domain/user-errors.ts';
import type { AuthMethod } from '../store/session-store.ts';
import type { Services } from './services.ts';
import { startSession } from './start-session.ts';
import { assertMayUseCookies, type TokenDelivery } from './token-delivery.ts';
import { isSecondFactor, verifySecondFactor } from './verify-second-factor.ts';

interface MfaVerifyInput {
  readonly challengeId: string;
  readonly method: AuthMethod;
  readonly code: string;
  readonly tokenDelivery: TokenDelivery;
}

/** What a sign-in answers when the password was right and a code is needed. Undefined when it is another one by now. */
export async function challenge({ stores, now }: Services, userId: string, passwordHash: string) {
  const id = newOneTimeToken();
  const idHash = hashOneTimeToken(id);
  if (idHash === undefined) throw new Error('unreachable');
  const expiresAt = new Date(now().getTime() + CHALLENGE_LIFETIME_MS);
  if (!(await stores.mfa.addChallenge({ idHash, userId, passwordHash, expiresAt }))) return undefined;
  const mfaChallenge = { id, methods: ['TOTP', 'RECOVERY_CODE'], expiresAt };
  return { tokens: null, user: null, mfaChallenge, userErrors: [] };
}

export const mfaVerify =
  (services: Services) =>
  async (_: unknown, { input }: { input: MfaVerifyInput }, context: UsersContext) => {
    const { stores, now } = services;
    const { challengeId, method, code, tokenDelivery: delivery } = input;
    assertMayUseCookies(delivery, services, context);
    const idHash = hashOneTimeToken(challengeId);
    const userId = idHash && (await stores.mfa.tryChallenge(idHash, CHALLENGE_ATTEMPTS, now()));
    if (idHash === undefined || userId === undefined || !isSecondFactor(method))
      return refused(challengeEnded());
    const problem = await verifySecondFactor(services, userId, {
      method,
      code,
      usedBy: `sign-in/${idHash.toString('base64url')}`,
    });
    if (problem !== undefined) return refused(problem);
    const started = await startSession(services, context, {
      userId,
      methods: ['PASSWORD', method],
      evidence: { challengeIdHash: idHash },
      delivery,
    });
    if (started === undefined) return refused(challengeEnded());
    // Only now the sign-in has succeeded as a whole.
    await stores.throttles.forget(passwordOfAccount(toEmail(started.user.email)?.key ?? ''));
    return { ...started, mfaChallenge: null, userErrors: [] };
  };

const refused = <T>(error: T) => ({ tokens: null, user: null, mfaChallenge: null, userErrors: [error] });
