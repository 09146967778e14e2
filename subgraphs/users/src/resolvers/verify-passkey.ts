import { Assertion } from '../domain/passkey.ts';
import { challengeEnded, passkeyInvalid, type AccountInputError } from '../domain/user-errors.ts';
import { takePasskeyChallenge } from './passkey-challenge.ts';
import { passkeysNotAvailable } from './passkey-mutations.ts';
import type { Services } from './services.ts';

export interface AssertionInput {
  readonly challengeId: string;
  readonly response: unknown;
}

/**
 * Whose passkey has signed what was to be signed. The two factors are its device and what unlocks it: no code is asked
 * for besides.
 *
 * @returns the UUIDs of its owner and of itself, or what is wrong.
 */
export async function verifyPasskey(
  services: Services,
  input: AssertionInput,
): Promise<
  { readonly userId: string; readonly passkeyId: string } | { readonly problem: AccountInputError }
> {
  const { stores, relyingParty, now, onLetter } = services;
  if (relyingParty === undefined) return { problem: passkeysNotAvailable() };
  const challenge = await takePasskeyChallenge(services, input.challengeId, undefined);
  if (challenge === undefined) return { problem: challengeEnded() };
  const response = Assertion.safeParse(input.response);
  const passkey = response.data && (await stores.passkeys.findByCredential(response.data.id));
  if (!response.success || passkey === undefined) return { problem: passkeyInvalid() };
  const verified = await relyingParty.verifyAssertion(response.data, challenge, passkey);
  if (verified === undefined) return { problem: passkeyInvalid() };
  const outcome = await stores.passkeys.use({ id: passkey.id, ...verified, now: now() });
  if (outcome === 'COPIED') onLetter();
  return outcome === 'USED'
    ? { userId: passkey.userId, passkeyId: passkey.id }
    : { problem: passkeyInvalid() };
}
