import { hashOneTimeToken, newOneTimeToken } from '../credentials/one-time-token.ts';
import { newPasskeyChallenge } from '../credentials/relying-party.ts';
import { PASSKEY_CHALLENGE_LIFETIME_MS } from '../domain/passkey.ts';
import type { Services } from './services.ts';

/** @param userId Who adds a passkey; undefined: anybody may sign in with one. */
export async function beginPasskeyChallenge(
  { stores, now }: Pick<Services, 'stores' | 'now'>,
  userId: string | undefined,
): Promise<{ readonly challengeId: string; readonly challenge: string }> {
  const challengeId = newOneTimeToken();
  const challenge = newPasskeyChallenge();
  const expiresAt = new Date(now().getTime() + PASSKEY_CHALLENGE_LIFETIME_MS);
  const idHash = hashOneTimeToken(challengeId);
  if (idHash === undefined) throw new Error('unreachable');
  await stores.passkeys.addChallenge({ idHash, challenge, userId, expiresAt });
  return { challengeId, challenge };
}

/** What was to be signed, once: an attempt uses it up, however it ends. */
export async function takePasskeyChallenge(
  { stores, now }: Pick<Services, 'stores' | 'now'>,
  challengeId: string,
  userId: string | undefined,
): Promise<string | undefined> {
  const idHash = hashOneTimeToken(challengeId);
  return idHash === undefined ? undefined : stores.passkeys.takeChallenge({ idHash, userId, now: now() });
}
