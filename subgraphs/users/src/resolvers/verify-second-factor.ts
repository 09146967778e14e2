import { hashRecoveryCode } from '../credentials/recovery-codes.ts';
import { stepOfCode } from '../credentials/totp.ts';
import { codesOfAccount } from '../domain/limits.ts';
import {
  codeInvalid,
  rateLimited,
  type AccountInputError,
  type RateLimitedError,
} from '../domain/user-errors.ts';
import type { AuthMethod } from '../store/session-store.ts';
import type { Services } from './services.ts';

export type SecondFactor = 'TOTP' | 'RECOVERY_CODE';

export const isSecondFactor = (method: AuthMethod): method is SecondFactor =>
  method === 'TOTP' || method === 'RECOVERY_CODE';

/**
 * Uses up a code. Guesses are counted per account, over all challenges: six digits are soon tried.
 *
 * @returns what is wrong; undefined when the code was right.
 */
export async function verifySecondFactor(
  services: Services,
  userId: string,
  { method, code }: { readonly method: SecondFactor; readonly code: string },
): Promise<AccountInputError | RateLimitedError | undefined> {
  const { stores, now } = services;
  const throttle = codesOfAccount(userId);
  const retryAfterSeconds = await stores.throttles.admit([throttle], now());
  if (retryAfterSeconds !== undefined) return rateLimited(retryAfterSeconds);
  const isRight =
    method === 'TOTP'
      ? await useTotpCode(services, userId, code)
      : await useRecoveryCode(services, userId, code);
  if (!isRight) return codeInvalid(['input', 'code']);
  await stores.throttles.forget(throttle);
  return undefined;
}

async function useTotpCode(
  { stores, sealer, now }: Services,
  userId: string,
  code: string,
): Promise<boolean> {
  const credential = await stores.mfa.findTotp(userId);
  if (sealer === undefined || credential === undefined || credential.confirmedAt === null) return false;
  const step = stepOfCode(sealer.open(credential.secretSealed, totpPurpose(userId)), code, now());
  return step !== undefined && (await stores.mfa.useTotpStep({ userId, step }));
}

async function useRecoveryCode({ stores, now }: Services, userId: string, code: string): Promise<boolean> {
  const codeHash = hashRecoveryCode(code);
  return codeHash !== undefined && (await stores.mfa.useRecoveryCode({ userId, codeHash, now: now() }));
}

/** A secret that is copied to another account's row cannot be opened there. */
export const totpPurpose = (userId: string): string => `totp/${userId}`;
