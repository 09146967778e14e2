import { requireUser } from '@tributary/subgraph-kit';
import type { UsersContext } from '../context.ts';
import { hashRecoveryCode, newRecoveryCodes } from '../credentials/recovery-codes.ts';
import { newTotpSecret, stepOfCode } from '../credentials/totp.ts';
import { codesOfAccount } from '../domain/limits.ts';
import { accountInputError, codeInvalid, rateLimited, signInAgain } from '../domain/user-errors.ts';
import { findFreshSession, findFreshUser } from './find-fresh-user.ts';
import type { Services } from './services.ts';
import { inSession, totpPurpose } from './verify-second-factor.ts';

interface CodeArguments {
  readonly input: { readonly code: string };
}

/** All of these need a fresh sign-in: what they change outlives the session. */
export function totpMutations({ stores, sealer, now, onLetter }: Services) {
  const freshUser = (context: UsersContext) => findFreshUser({ stores, now }, context);
  return {
    totpEnrollmentBegin: async (_: unknown, _args: unknown, context: UsersContext) => {
      const userId = await freshUser(context);
      if (userId === undefined) return notBegun(signInAgain());
      if (sealer === undefined) return notBegun(notAvailable());
      const [user] = await stores.users.findByIds([userId]);
      if (user === undefined) return notBegun(signInAgain());
      const { secret, otpauthUri } = newTotpSecret(user.email);
      const secretSealed = sealer.seal(secret, totpPurpose(userId));
      const begun = await stores.mfa.beginTotp({ userId, secretSealed, now: now() });
      return begun ? { secret, otpauthUri, userErrors: [] } : notBegun(alreadyEnabled());
    },

    totpEnrollmentConfirm: async (_: unknown, { input }: CodeArguments, context: UsersContext) => {
      const session = await findFreshSession({ stores, now }, context);
      if (session === undefined) return noCodes(signInAgain());
      const { userId, sessionId } = session;
      const credential = await stores.mfa.findTotp(userId);
      if (sealer === undefined || credential === undefined) return noCodes(notBegunYet());
      if (credential.confirmedAt !== null) return noCodes(alreadyEnabled());
      const retryAfterSeconds = await stores.throttles.admit([codesOfAccount(userId)], now());
      if (retryAfterSeconds !== undefined) return noCodes(rateLimited(retryAfterSeconds));
      const step = stepOfCode(sealer.open(credential.secretSealed, totpPurpose(userId)), input.code, now());
      if (step === undefined) return noCodes(codeInvalid(['input', 'code']));
      await stores.throttles.forget(codesOfAccount(userId));
      const recoveryCodes = newRecoveryCodes();
      const codeHashes = hashesOf(recoveryCodes);
      if (
        !(await stores.mfa.confirmTotp({
          userId,
          step,
          codeHashes,
          sessionId,
          usedBy: inSession(requireUser(context.viewer)),
          now: now(),
        }))
      )
        return noCodes(alreadyEnabled());
      onLetter();
      return { recoveryCodes, userErrors: [] };
    },

    totpDisable: async (_: unknown, _args: unknown, context: UsersContext) => {
      const userId = await freshUser(context);
      if (userId === undefined) return { disabled: false, userErrors: [signInAgain()] };
      const disabled = await stores.mfa.disableTotp({ userId, now: now() });
      onLetter();
      return { disabled, userErrors: [] };
    },

    recoveryCodesRegenerate: async (_: unknown, _args: unknown, context: UsersContext) => {
      const userId = await freshUser(context);
      if (userId === undefined) return noCodes(signInAgain());
      const credential = await stores.mfa.findTotp(userId);
      if (credential === undefined || credential.confirmedAt === null) return noCodes(notBegunYet());
      const recoveryCodes = newRecoveryCodes();
      await stores.mfa.replaceRecoveryCodes({ userId, codeHashes: hashesOf(recoveryCodes), now: now() });
      return { recoveryCodes, userErrors: [] };
    },
  };
}

const hashesOf = (codes: readonly string[]): Buffer[] =>
  codes.flatMap((code) => hashRecoveryCode(code) ?? []);

const notBegun = <T>(error: T) => ({ secret: null, otpauthUri: null, userErrors: [error] });

const noCodes = <T>(error: T) => ({ recoveryCodes: null, userErrors: [error] });

const alreadyEnabled = () =>
  accountInputError('INVALID', null, 'Codes from an app are switched on already. Switch them off first.');

const notBegunYet = () => accountInputError('INVALID', null, 'Switch on codes from an app first.');

const notAvailable = () =>
  accountInputError(
    'INVALID',
    null,
    'Codes from an app are not available: the service has no encryption keys.',
  );
