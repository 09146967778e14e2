import { requireUser } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { userIds } from '../domain/ids.ts';
import { passkeysFrom } from '../domain/limits.ts';
import { accountSuspended, emailNotVerified, passkeyInvalid, rateLimited } from '../domain/user-errors.ts';
import { beginPasskeyChallenge } from './passkey-challenge.ts';
import { passkeysNotAvailable } from './passkey-mutations.ts';
import { renewAuthTime } from './reauthenticate.ts';
import type { Services } from './services.ts';
import { startSession } from './start-session.ts';
import { assertMayUseCookies, type TokenDelivery } from './token-delivery.ts';
import { verifyPasskey, type AssertionInput } from './verify-passkey.ts';

export function passkeySignIn(services: Services) {
  const { stores, relyingParty, needsVerifiedEmail, now } = services;
  return {
    /** Names nobody: which passkeys there are is asked of the device, and who has an account is not told. */
    passkeySignInBegin: async (_: unknown, _args: unknown, { client: { network } }: UsersContext) => {
      if (relyingParty === undefined) return notBegun(passkeysNotAvailable());
      const retryAfterSeconds =
        network === undefined ? undefined : await stores.throttles.admit([passkeysFrom(network)], now());
      if (retryAfterSeconds !== undefined) return notBegun(rateLimited(retryAfterSeconds));
      const { challengeId, challenge } = await beginPasskeyChallenge(services, undefined);
      return { challengeId, options: await relyingParty.signInOptions(challenge), userErrors: [] };
    },

    passkeySignInComplete: async (
      _: unknown,
      { input }: { input: AssertionInput & { readonly tokenDelivery: TokenDelivery } },
      context: UsersContext,
    ) => {
      assertMayUseCookies(input.tokenDelivery, services, context);
      const verified = await verifyPasskey(services, input);
      if ('problem' in verified) return refused(verified.problem);
      const [user] = await stores.users.findByIds([verified.userId]);
      if (user === undefined) return refused(passkeyInvalid());
      if (user.suspendedAt !== null) return refused(accountSuspended());
      if (needsVerifiedEmail && user.emailVerifiedAt === null) return refused(emailNotVerified());
      const started = await startSession(services, context, {
        userId: user.id,
        methods: ['PASSKEY'],
        evidence: { passkeyId: verified.passkeyId },
        delivery: input.tokenDelivery,
      });
      return started === undefined
        ? refused(passkeyInvalid())
        : { ...started, mfaChallenge: null, userErrors: [] };
    },

    passkeyReauthenticate: async (
      _: unknown,
      { input }: { input: AssertionInput },
      context: UsersContext,
    ) => {
      const viewer = requireUser(context.viewer);
      const verified = await verifyPasskey(services, input);
      if ('problem' in verified) return notRenewed(verified.problem);
      // A passkey of somebody else proves who they are, not who is signed in here.
      if (verified.userId !== userIds.toUuid(viewer.id)) return notRenewed(passkeyInvalid());
      return renewAuthTime(services, context, verified.userId, ['PASSKEY']);
    },
  };
}

const notBegun = <T>(error: T) => ({ challengeId: null, options: null, userErrors: [error] });

const refused = <T>(error: T) => ({ tokens: null, user: null, mfaChallenge: null, userErrors: [error] });

const notRenewed = <T>(error: T) => ({
  accessToken: null,
  accessTokenExpiresAt: null,
  userErrors: [error],
});
