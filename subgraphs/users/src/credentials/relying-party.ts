import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { decodeAttestationObject, isoBase64URL } from '@simplewebauthn/server/helpers';
import { randomBytes } from 'node:crypto';
import type { Assertion, Attestation, PasskeyCredential } from '../domain/passkey.ts';

export interface RelyingPartyOptions {
  /** Domain that passkeys are for: the pages' own, or one above it. */
  readonly id: string;
  /** Shown to people when they add a passkey. */
  readonly name: string;
  /** Of the pages that may ask for one. */
  readonly origins: readonly string[];
}

export interface PasskeyOwner {
  /** UUID. */
  readonly id: string;
  readonly email: string;
  readonly displayName: string;
  /** So that one authenticator does not get two passkeys of an account. */
  readonly passkeys: readonly Pick<PasskeyCredential, 'credentialId' | 'transports'>[];
}

/** What is known of a signature that holds. */
export interface VerifiedAssertion {
  /** To be compared with the one before, in the store: two signatures at once must not both pass. */
  readonly counter: number;
  readonly backedUp: boolean;
}

/** Our side of WebAuthn. Every passkey is discoverable and its authenticator knows its user, by PIN or fingerprint. */
export interface RelyingParty {
  registrationOptions(owner: PasskeyOwner, challenge: string): Promise<object>;
  signInOptions(challenge: string): Promise<object>;
  /** Undefined when it is not what was asked for. */
  verifyAttestation(response: Attestation, challenge: string): Promise<PasskeyCredential | undefined>;
  /** Undefined when it is not what was asked for, or not signed with this credential for this user. */
  verifyAssertion(
    response: Assertion,
    challenge: string,
    credential: Pick<PasskeyCredential, 'credentialId' | 'publicKey'> & { readonly userId: string },
  ): Promise<VerifiedAssertion | undefined>;
}

const CHALLENGE_BYTES = 32;
const TIMEOUT_MS = 5 * 60 * 1_000;

export const newPasskeyChallenge = (): string => randomBytes(CHALLENGE_BYTES).toString('base64url');

export function createRelyingParty({ id, name, origins }: RelyingPartyOptions): RelyingParty {
  const expected = { expectedOrigin: [...origins], expectedRPID: id, requireUserVerification: true };
  return {
    registrationOptions: (owner, challenge) =>
      generateRegistrationOptions({
        rpID: id,
        rpName: name,
        challenge: isoBase64URL.toBuffer(challenge),
        timeout: TIMEOUT_MS,
        userID: userHandleOf(owner.id),
        userName: owner.email,
        userDisplayName: owner.displayName,
        excludeCredentials: owner.passkeys.map(({ credentialId, transports }) => ({
          id: credentialId,
          transports: [...transports],
        })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      }),

    signInOptions: (challenge) =>
      generateAuthenticationOptions({
        rpID: id,
        challenge: isoBase64URL.toBuffer(challenge),
        timeout: TIMEOUT_MS,
        userVerification: 'required',
      }),

    verifyAttestation: (response, expectedChallenge) =>
      unlessRefused(async () => {
        if (hasCertificates(response)) return undefined;
        const { verified, registrationInfo } = await verifyRegistrationResponse({
          ...expected,
          expectedChallenge,
          response,
        });
        if (!verified) return undefined;
        const { credential, credentialBackedUp } = registrationInfo;
        return {
          credentialId: credential.id,
          publicKey: Buffer.from(credential.publicKey),
          counter: credential.counter,
          transports: response.response.transports,
          backedUp: credentialBackedUp,
        };
      }),

    verifyAssertion: (response, expectedChallenge, { credentialId, publicKey, userId }) =>
      unlessRefused(async () => {
        const { userHandle, ...signed } = response.response;
        // Passkeys are discoverable, so their authenticators say whose they are; it has to be their owner of today.
        const handle = Buffer.from(userHandleOf(userId)).toString('base64url');
        if (userHandle !== handle) return undefined;
        const { verified, authenticationInfo } = await verifyAuthenticationResponse({
          ...expected,
          expectedChallenge,
          response: { ...response, response: { ...signed, userHandle } },
          // The library compares counters before it looks at the signature: anybody could claim any. The store does.
          credential: { id: credentialId, publicKey: new Uint8Array(publicKey), counter: 0 },
        });
        return verified
          ? { counter: authenticationInfo.newCounter, backedUp: authenticationInfo.credentialBackedUp }
          : undefined;
      }),
  };
}

/** Random, and says nothing about its user: https://www.w3.org/TR/webauthn-3/#sctn-user-handle-privacy */
const userHandleOf = (uuid: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(uuid.replaceAll('-', ''), 'hex'));

/**
 * Browsers leave out who made an authenticator when nobody asks, and we do not. Certificates all the same are of
 * somebody's making who would have us fetch the revocation lists that they name.
 */
function hasCertificates({ response }: Attestation): boolean {
  const attestation = decodeAttestationObject(isoBase64URL.toBuffer(response.attestationObject));
  const format = attestation.get('fmt');
  return format !== 'none' && (format !== 'packed' || attestation.get('attStmt').get('x5c') !== undefined);
}

/** The library throws for everything that a response may have wrong; none of it is our fault. */
async function unlessRefused<T>(verify: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await verify();
  } catch {
    return undefined;
  }
}
