/**
 * Turns the `authorization` header of a client into a viewer.
 *
 * No header is an anonymous caller. A header that does not hold is refused, never taken for anonymous:
 * a client whose token has expired must learn that, not see other data.
 */
import { ANONYMOUS, UnauthenticatedError, type Logger, type Viewer } from '@tributary/service-kit';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload } from 'jose';
import { z } from 'zod';
import { SigningKeysUnavailableError } from '../errors.ts';

/** Keys are looked up again this often; one that is unknown is looked for at once, at most every 5 s. */
const REFRESH_MS = 5 * 60_000;
const COOLDOWN_MS = 5_000;
const CLOCK_TOLERANCE_SECONDS = 5;
const ALGORITHMS = ['EdDSA', 'ES256', 'RS256'];

const Claims = z.object({
  sub: z.string(),
  scope: z.string().default(''),
  sid: z.string().optional(),
  auth_time: z.number().optional(),
});

export interface AccessTokenVerifierOptions {
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
  readonly logger: Logger;
}

export interface AccessTokenVerifier {
  /** @throws UnauthenticatedError for a credential that does not hold, SigningKeysUnavailableError when that cannot be told. */
  verify(authorization: string | undefined): Promise<Viewer>;
  stop(): void;
}

export function createAccessTokenVerifier(options: AccessTokenVerifierOptions): AccessTokenVerifier {
  // Keys never expire by themselves: while their issuer is away, the last known ones keep everybody signed in.
  const keys = createRemoteJWKSet(new URL(options.jwksUrl), {
    cacheMaxAge: Infinity,
    cooldownDuration: COOLDOWN_MS,
  });
  const refresh = setInterval(() => {
    keys.reload().catch((error: unknown) => {
      options.logger.warn(
        { err: error, 'url.full': options.jwksUrl },
        'signing keys not refreshed, keeping the known ones',
      );
    });
  }, REFRESH_MS).unref();
  return {
    verify: async (authorization) => {
      if (authorization === undefined) return ANONYMOUS;
      const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
      if (token === undefined) {
        throw new UnauthenticatedError('The authorization header must be "Bearer" and an access token.');
      }
      return toViewer(await verifyToken(token, keys, options));
    },
    stop: () => {
      clearInterval(refresh);
    },
  };
}

async function verifyToken(
  token: string,
  keys: ReturnType<typeof createRemoteJWKSet>,
  { issuer, audience, jwksUrl }: AccessTokenVerifierOptions,
): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      typ: 'at+jwt',
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      requiredClaims: ['exp', 'sub'],
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw new UnauthenticatedError('The access token has expired.', { cause: error });
    // Everything about the token itself is a JOSE error; what is left went wrong on the way to the keys.
    if (
      !(error instanceof errors.JOSEError) ||
      error instanceof errors.JWKSTimeout ||
      error instanceof errors.JWKSInvalid
    ) {
      throw new SigningKeysUnavailableError(jwksUrl, error);
    }
    if (error.code === 'ERR_JOSE_GENERIC') throw new SigningKeysUnavailableError(jwksUrl, error);
    throw new UnauthenticatedError('The access token is not valid.', { cause: error });
  }
}

function toViewer(payload: JWTPayload): Viewer {
  const claims = Claims.safeParse(payload);
  if (!claims.success) throw new UnauthenticatedError('The access token lacks claims this gateway needs.');
  const { sub, scope, sid, auth_time: authTime } = claims.data;
  return { kind: 'user', id: sub, scopes: scope === '' ? [] : scope.split(' '), sessionId: sid, authTime };
}
