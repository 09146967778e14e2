import { ConfigurationError, type SigningKey } from '@tributary/service-kit';
import { importJWK, jwtVerify, SignJWT, type CryptoKey, type JWK } from 'jose';

export const ALGORITHM = 'EdDSA';

/** An Ed25519 key, ready to sign, and its public half. */
export interface KeyPair {
  readonly kid: string;
  readonly privateKey: CryptoKey | Uint8Array;
  readonly publicJwk: JWK;
}

/** @throws ConfigurationError when it is not an Ed25519 key or its halves do not belong together. */
export async function readKeyPair(key: SigningKey): Promise<KeyPair> {
  const publicJwk = toPublicJwk(key);
  return { kid: key.kid, publicJwk, privateKey: await importPrivateKey(key, publicJwk) };
}

/** Picks what is public, so that nothing private can slip through, whatever the file holds. */
function toPublicJwk(key: SigningKey): JWK {
  const { kty, kid } = key;
  const crv = key['crv'];
  const x = key['x'];
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string')
    throw unusable('is not an Ed25519 key (OKP)');
  return { kty, crv, x, kid, alg: ALGORITHM, use: 'sig' };
}

/** Tokens of a key whose halves differ would be refused everywhere; find out before anybody holds one. */
async function importPrivateKey(privateJwk: JWK, publicJwk: JWK): Promise<CryptoKey | Uint8Array> {
  try {
    const privateKey = await importJWK(privateJwk, ALGORITHM);
    const probe = await new SignJWT({}).setProtectedHeader({ alg: ALGORITHM }).sign(privateKey);
    await jwtVerify(probe, await importJWK(publicJwk, ALGORITHM));
    return privateKey;
  } catch {
    throw unusable('cannot be used: its private and public halves do not belong together');
  }
}

function unusable(problem: string): ConfigurationError {
  return new ConfigurationError('users', [`ACCESS_TOKEN_KEY_FILE: the key ${problem}`]);
}
