import * as z from 'zod';

const MINUTE_MS = 60 * 1_000;

/** From the options to the answer: people look for their key, or type a PIN. */
export const PASSKEY_CHALLENGE_LIFETIME_MS = 5 * MINUTE_MS;
export const MAX_PASSKEYS_PER_USER = 20;
/** In code points. */
export const MAX_PASSKEY_NAME_LENGTH = 80;

/** A credential as its authenticator and we know it. */
export interface PasskeyCredential {
  /** base64url. */
  readonly credentialId: string;
  /** COSE_Key. */
  readonly publicKey: Buffer;
  readonly counter: number;
  /** How its authenticator is reached, `usb` for example. */
  readonly transports: readonly string[];
  /** Whether it exists on more than one device. */
  readonly backedUp: boolean;
}

/**
 * Whether an authenticator that had made `known` signatures may say now that it has made `told`. One that goes back, or
 * stays, exists twice; one that always says 0 does not count.
 *
 * @see https://www.w3.org/TR/webauthn-3/#sctn-sign-counter
 */
export const isCounterPlausible = (known: number, told: number): boolean =>
  told > known || (told === 0 && known === 0);

const base64url = (maxLength: number) =>
  z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^[\w-]+$/);

const Credential = z.object({
  id: base64url(1_364),
  rawId: base64url(1_364),
  type: z.literal('public-key'),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
});

/** What `PublicKeyCredential.toJSON()` of a browser makes: https://www.w3.org/TR/webauthn-3/#dictdef-registrationresponsejson */
export const Attestation = Credential.extend({
  response: z.object({
    clientDataJSON: base64url(4_000),
    attestationObject: base64url(12_000),
    transports: z.array(z.string().max(30)).max(10).default([]),
  }),
});
export type Attestation = z.infer<typeof Attestation>;

/** https://www.w3.org/TR/webauthn-3/#dictdef-authenticationresponsejson */
export const Assertion = Credential.extend({
  response: z.object({
    clientDataJSON: base64url(4_000),
    authenticatorData: base64url(4_000),
    signature: base64url(4_000),
    userHandle: base64url(100).nullish(),
  }),
});
export type Assertion = z.infer<typeof Assertion>;
