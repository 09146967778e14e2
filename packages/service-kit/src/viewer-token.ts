/**
 * The internal credential between our processes: who is asking, signed by who vouches for it.
 *
 * The gateway signs one for every subgraph request (also for anonymous callers: it proves the request came
 * through the gateway); a service signs its own when it calls another service. Asymmetric on purpose: a
 * subgraph that is broken into holds only public keys and cannot speak for anybody else.
 */
import { importJWK, jwtVerify, SignJWT, errors as joseErrors, type JWK, type CryptoKey } from 'jose';
import * as z from 'zod';
import { UnauthenticatedError } from './errors.ts';

/** Who a request is made for. `scopes` are effective: already reduced to what the issuer may grant. */
export type Viewer =
  | { readonly kind: 'anonymous'; readonly scopes: readonly [] }
  | {
      readonly kind: 'user';
      /** The user's typed id, `usr_...`. */
      readonly id: string;
      readonly scopes: readonly string[];
      readonly sessionId: string | undefined;
      /** When the user last proved a credential, in seconds since the epoch. */
      readonly authTime: number | undefined;
    }
  | { readonly kind: 'service'; readonly id: string; readonly scopes: readonly string[] };

export const ANONYMOUS: Viewer = { kind: 'anonymous', scopes: [] };

const TOKEN_TYPE = 'viewer+jwt';
const ALGORITHM = 'EdDSA';
/** Long enough for the slowest request, short enough that a leaked one is soon worthless. */
const LIFETIME_SECONDS = 60;
/** A token is signed once and reused while at least half of its life is left: signing costs 0.1 ms. */
const REUSE_SECONDS = LIFETIME_SECONDS / 2;
const MAX_CACHED_TOKENS = 10_000;
const CLOCK_TOLERANCE_SECONDS = 5;

const PublicJwk = z
  .looseObject({ kty: z.string(), kid: z.string() })
  .refine((jwk) => !('d' in jwk), 'is a private key; only public keys belong into a trust table');

/**
 * Whose signatures a process accepts, and what each issuer may say:
 * `actsForUsers` lets it name a user (the gateway), `scopes` bounds what it may claim for itself.
 */
export const Trust = z.object({
  issuers: z.record(
    z.string(),
    z.object({
      keys: z.array(PublicJwk).min(1),
      actsForUsers: z.boolean().default(false),
      scopes: z.array(z.string()).default([]),
    }),
  ),
});
export type Trust = z.infer<typeof Trust>;

/** A private key as a JWK with its `kid`. */
export const SigningKey = z.looseObject({ kty: z.string(), kid: z.string(), d: z.string() });
export type SigningKey = z.infer<typeof SigningKey>;

const Claims = z.object({
  iss: z.string(),
  kind: z.enum(['anonymous', 'user', 'service']),
  sub: z.string().optional(),
  scope: z.string().default(''),
  sid: z.string().optional(),
  auth_time: z.number().optional(),
});

export interface ViewerTokenSigner {
  /** @param audience Name of the service the token is for; no other accepts it. */
  sign(viewer: Viewer, audience: string): Promise<string>;
}

/** @param issuer Name under which the receiving side's trust table lists this key. */
export async function createViewerTokenSigner(
  issuer: string,
  signingKey: SigningKey,
  now: () => number = Date.now,
): Promise<ViewerTokenSigner> {
  const key = await importJWK(signingKey as JWK, ALGORITHM);
  const cache = new Map<string, { readonly token: Promise<string>; readonly reusableUntil: number }>();
  return {
    sign: (viewer, audience) => {
      const cacheKey = JSON.stringify([audience, viewer]);
      const nowSeconds = Math.floor(now() / 1000);
      const cached = cache.get(cacheKey);
      if (cached !== undefined && cached.reusableUntil > nowSeconds) return cached.token;
      const token = signToken(issuer, signingKey.kid, key, viewer, audience, nowSeconds);
      if (cache.size >= MAX_CACHED_TOKENS) cache.clear();
      cache.set(cacheKey, { token, reusableUntil: nowSeconds + REUSE_SECONDS });
      return token;
    },
  };
}

function signToken(
  issuer: string,
  kid: string,
  key: CryptoKey | Uint8Array,
  viewer: Viewer,
  audience: string,
  nowSeconds: number,
): Promise<string> {
  const claims: Record<string, unknown> = { kind: viewer.kind, scope: viewer.scopes.join(' ') };
  if (viewer.kind !== 'anonymous') claims['sub'] = viewer.id;
  if (viewer.kind === 'user') {
    if (viewer.sessionId !== undefined) claims['sid'] = viewer.sessionId;
    if (viewer.authTime !== undefined) claims['auth_time'] = viewer.authTime;
  }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE, kid })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + LIFETIME_SECONDS)
    .sign(key);
}

export interface ViewerTokenVerifier {
  /** @throws UnauthenticatedError when the token is missing, malformed, expired, for another audience or not trusted. */
  verify(authorization: string | undefined): Promise<Viewer>;
}

/** @param audience This service's own name. */
export function createViewerTokenVerifier(
  audience: string,
  trust: Trust,
  now: () => number = Date.now,
): ViewerTokenVerifier {
  const keys = new Map<string, Promise<CryptoKey | Uint8Array>>();
  for (const [issuer, { keys: issuerKeys }] of Object.entries(trust.issuers)) {
    for (const jwk of issuerKeys) keys.set(`${issuer}/${jwk.kid}`, importJWK(jwk as JWK, ALGORITHM));
  }
  return {
    verify: async (authorization) => {
      const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
      if (token === undefined) {
        throw new UnauthenticatedError(
          'This service answers only requests signed by the gateway or a trusted service.',
        );
      }
      try {
        const { payload } = await jwtVerify(
          token,
          (header, jws) => {
            const key = keys.get(`${readIssuer(jws.payload)}/${header.kid ?? ''}`);
            if (key === undefined) throw new joseErrors.JWKSNoMatchingKey();
            return key;
          },
          {
            audience,
            typ: TOKEN_TYPE,
            algorithms: [ALGORITHM],
            clockTolerance: CLOCK_TOLERANCE_SECONDS,
            requiredClaims: ['exp', 'iat'],
            currentDate: new Date(now()),
          },
        );
        return toViewer(Claims.parse(payload), trust);
      } catch (cause) {
        if (cause instanceof UnauthenticatedError) throw cause;
        throw new UnauthenticatedError('The internal credential of this request is not valid.', { cause });
      }
    },
  };
}

/** Only chooses which key to try: nothing of an unverified payload is trusted. */
function readIssuer(payload: string | Uint8Array): string {
  const text = typeof payload === 'string' ? Buffer.from(payload, 'base64url').toString('utf8') : '';
  const parsed = JSON.parse(text) as { iss?: unknown };
  return typeof parsed.iss === 'string' ? parsed.iss : '';
}

function toViewer(claims: z.infer<typeof Claims>, trust: Trust): Viewer {
  const issuer = trust.issuers[claims.iss];
  const scopes = claims.scope === '' ? [] : claims.scope.split(' ');
  if (issuer === undefined)
    throw new UnauthenticatedError('The internal credential names an unknown issuer.');
  if (claims.kind === 'service') {
    return {
      kind: 'service',
      id: claims.iss,
      scopes: scopes.filter((scope) => issuer.scopes.includes(scope)),
    };
  }
  if (!issuer.actsForUsers) throw new UnauthenticatedError(`${claims.iss} may not act for users.`);
  if (claims.kind === 'anonymous') return ANONYMOUS;
  if (claims.sub === undefined) throw new UnauthenticatedError('The internal credential names no user.');
  return { kind: 'user', id: claims.sub, scopes, sessionId: claims.sid, authTime: claims.auth_time };
}
