import { exportJWK, generateKeyPair } from 'jose';
import type { SigningKey } from './viewer-token.ts';

/** A fresh Ed25519 private key as a JWK (RFC 8037). */
export async function generateSigningKey(kid: string): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: 'EdDSA', use: 'sig' } as SigningKey;
}

/** The half of a key that others may know. */
export function toPublicKey(key: SigningKey): { kty: string; kid: string; [member: string]: unknown } {
  const { d: _private, ...publicKey } = key;
  return publicKey;
}
