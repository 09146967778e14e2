import { passwordOfAccount } from '../domain/limits.ts';
import {
  invalidCredentials,
  rateLimited,
  type InvalidCredentialsError,
  type RateLimitedError,
} from '../domain/user-errors.ts';
import type { Credential } from '../store/user-store.ts';
import type { Services } from './services.ts';

/** Whoever found a device unlocked does not know the password. Guesses here and at the sign-in are counted together. */
export async function checkCurrentPassword(
  { stores, passwords, now }: Services,
  userId: string | undefined,
  password: string,
): Promise<
  { readonly credential: Credential } | { readonly problem: InvalidCredentialsError | RateLimitedError }
> {
  const credential = userId === undefined ? undefined : await stores.users.findCredentialOf(userId);
  if (credential === undefined) return { problem: invalidCredentials() };
  const ofAccount = passwordOfAccount(credential.emailKey);
  const retryAfterSeconds = await stores.throttles.admit([ofAccount], now());
  if (retryAfterSeconds !== undefined) return { problem: rateLimited(retryAfterSeconds) };
  if (!(await passwords.verify(credential.passwordHash, password))) return { problem: invalidCredentials() };
  await stores.throttles.forget(ofAccount);
  return { credential };
}
