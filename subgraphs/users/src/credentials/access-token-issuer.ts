import { ConfigurationError, type SigningKey } from '@tributary/service-kit';
import { newUuid } from '@tributary/subgraph-kit';
import { importJWK, jwtVerify, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { Grants } from '../domain/roles.ts';

const ALGORITHM = 'EdDSA';
/** @see https://www.rfc-editor.org/rfc/rfc9068#section-2.1 */
const TOKEN_TYPE = 'at+jwt';

export interface AccessTokenOptions {
  /** Private Ed25519 key. */
  readonly key: SigningKey;
  /** `iss`: what the gateway expects, also where `/.well-known/jwks.json` is found. */
  readonly issuer: string;
  /** `aud`: the graph the tokens are for. */
  readonly audience: string;
  readonly ttlSeconds: number;
}

export interface AccessTokenSubject {
  /** `usr_...` */
  readonly userId: string;
  /** `ses_...` */
  readonly sessionId: string;
  readonly grants: Grants;
  /** When the user last proved a credential. */
  readonly authTime: Date;
}

export interface AccessTokenIssuer {
  issue(
    subject: AccessTokenSubject,
    now: Date,
  ): Promise<{ readonly token: string; readonly expiresAt: Date }>;
  /** The public halves, as a JWK set: https://www.rfc-editor.org/rfc/rfc7517#section-5 */
  readonly jwks: { readonly keys: readonly JWK[] };
}

/** @throws ConfigurationError when the key is not an Ed25519 key or its halves do not belong together. */
export async function createAccessTokenIssuer(options: AccessTokenOptions): Promise<AccessTokenIssuer> {
  const publicJwk = toPublicJwk(options.key);
  const key = await importKeyPair(options.key, publicJwk);
  return {
    jwks: { keys: [publicJwk] },
    issue: async ({ userId, sessionId, grants, authTime }, now) => {
      const issuedAt = toSeconds(now);
      const expiresAt = issuedAt + options.ttlSeconds;
      const claims = {
        sid: sessionId,
        scope: grants.scopes.join(' '),
        roles: grants.roles,
        auth_time: toSeconds(authTime),
      };
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE, kid: options.key.kid })
        .setIssuer(options.issuer)
        .setSubject(userId)
        .setAudience(options.audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .setJti(newUuid())
        .sign(key);
      return { token, expiresAt: new Date(expiresAt * 1_000) };
    },
  };
}

const toSeconds = (date: Date): number => Math.floor(date.getTime() / 1_000);

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
async function importKeyPair(privateJwk: JWK, publicJwk: JWK): Promise<CryptoKey | Uint8Array> {
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
