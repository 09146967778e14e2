import type { Viewer } from '@tributary/service-kit';
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

type UserViewer = Extract<Viewer, { readonly kind: 'user' }>;

export type SecondFactor = 'TOTP' | 'RECOVERY_CODE';

export const isSecondFactor = (method: AuthMethod): method is SecondFactor =>
  method === 'TOTP' || method === 'RECOVERY_CODE';

export interface SecondFactorAttempt {
  readonly method: SecondFactor;
  readonly code: string;
  /** The sign-in or the session that it is sent in: a code that comes back from another one is told to its owner. */
  readonly usedBy: string;
}

/**
 * Uses up a code. Guesses are counted per account, over all challenges: six digits are soon tried.
 *
 * @returns what is wrong; undefined when the code was right.
 */
export async function verifySecondFactor(
  services: Services,
  userId: string,
  attempt: SecondFactorAttempt,
): Promise<AccountInputError | RateLimitedError | undefined> {
  const { stores, now, onLetter } = services;
  const throttle = codesOfAccount(userId);
  const retryAfterSeconds = await stores.throttles.admit([throttle], now());
  if (retryAfterSeconds !== undefined) return rateLimited(retryAfterSeconds);
  const result =
    attempt.method === 'TOTP'
      ? await useTotpCode(services, userId, attempt)
      : await useRecoveryCode(services, userId, attempt.code);
  if (result === 'REUSED') onLetter();
  if (result !== 'USED') return codeInvalid(['input', 'code']);
  await stores.throttles.forget(throttle);
  return undefined;
}

type Result = 'USED' | 'REFUSED' | 'REUSED';

async function useTotpCode(
  { stores, sealer, now }: Services,
  userId: string,
  { code, usedBy }: SecondFactorAttempt,
): Promise<Result> {
  const credential = await stores.mfa.findTotp(userId);
  if (sealer === undefined || credential === undefined || credential.confirmedAt === null) return 'REFUSED';
  const step = stepOfCode(sealer.open(credential.secretSealed, totpPurpose(userId)), code, now());
  return step === undefined ? 'REFUSED' : stores.mfa.useTotp({ userId, step, usedBy, now: now() });
}

async function useRecoveryCode({ stores, now }: Services, userId: string, code: string): Promise<Result> {
  const codeHash = hashRecoveryCode(code);
  const isUsed =
    codeHash !== undefined && (await stores.mfa.useRecoveryCode({ userId, codeHash, now: now() }));
  return isUsed ? 'USED' : 'REFUSED';
}

/** `SecondFactorAttempt.usedBy` of what somebody does who is signed in. */
export const inSession = ({ id, sessionId }: UserViewer): string => `session/${sessionId ?? id}`;

/** A secret that is copied to another account's row cannot be opened there. */
export const totpPurpose = (userId: string): string => `totp/${userId}`;
