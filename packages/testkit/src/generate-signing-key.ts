import type { SigningKey } from '@tributary/service-kit';
import { exportJWK, generateKeyPair } from 'jose';

/** A fresh Ed25519 private key as a JWK. */
export async function generateSigningKey(kid: string): Promise<SigningKey> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: 'EdDSA', use: 'sig' } as SigningKey;
}

export function toPublicKey(key: SigningKey): { kty: string; kid: string; [member: string]: unknown } {
  const { d: _private, ...publicKey } = key;
  return publicKey as ReturnType<typeof toPublicKey>;
}
