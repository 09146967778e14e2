/**
 * Turns a client's access token into a viewer.
 *
 * No token is an anonymous caller. A token that does not hold is refused, never taken for anonymous: a client whose
 * token has expired must learn that, not see other data.
 */
import { ANONYMOUS, UnauthenticatedError, type Logger, type Viewer } from '@tributary/service-kit';
import { decodeJwt, errors, jwtVerify, type JWTVerifyResult } from 'jose';
import * as z from 'zod';
import { SigningKeysUnavailableError } from '../errors.ts';
import { openSigningKeys, type SigningKeys } from './signing-keys.ts';

const Claims = z.object({
  sub: z.string(),
  scope: z.union([z.string().transform((list) => list.split(' ')), z.array(z.string())]).default([]),
  sid: z.string().optional(),
  auth_time: z.number().optional(),
});

/** Whose tokens are taken, and which of them. */
export interface TokenIssuer {
  /** http(s) URL of its public keys, or the absolute path of a file with them. */
  readonly source: string;
  /** Values of `iss` that it uses; no other issuer may have one of them. */
  readonly issuers: readonly string[];
  /** A token must be for one of these. */
  readonly audiences: readonly string[];
  readonly algorithms: readonly string[];
  /** Values of the header `typ`, RFC 9068's `at+jwt` above all: an ID token is not to open anything. */
  readonly tokenTypes: readonly string[];
  readonly pollIntervalMs: number;
}

export interface AccessTokenVerifierOptions {
  readonly issuers: readonly TokenIssuer[];
  /** How far the clocks of issuers may be off, in milliseconds. */
  readonly clockToleranceMs: number;
  readonly logger: Logger;
}

export interface AccessTokenVerifier {
  /** @throws UnauthenticatedError for a token that does not hold, SigningKeysUnavailableError when that cannot be told. */
  verify(token: string | undefined): Promise<Viewer>;
  stop(): void;
}

interface KnownIssuer extends TokenIssuer {
  readonly keys: SigningKeys;
}

export function createAccessTokenVerifier({
  issuers,
  clockToleranceMs,
  logger,
}: AccessTokenVerifierOptions): AccessTokenVerifier {
  const known: readonly KnownIssuer[] = issuers.map((issuer) => ({
    ...issuer,
    keys: openSigningKeys({ source: issuer.source, pollIntervalMs: issuer.pollIntervalMs, logger }),
  }));
  return {
    verify: async (token) => {
      if (token === undefined) return ANONYMOUS;
      const claimed = issuerOf(token);
      const issuer = known.find((each) => each.issuers.includes(claimed));
      if (issuer === undefined) throw notValid();
      return toViewer(await verifyToken(token, issuer, clockToleranceMs));
    },
    stop: () => {
      for (const { keys } of known) keys.stop();
    },
  };
}

const notValid = (cause?: unknown): UnauthenticatedError =>
  new UnauthenticatedError('The access token is not valid.', { cause });

/** Only says whose keys to check the token with: nothing of it is believed before. */
function issuerOf(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch (error) {
    throw notValid(error);
  }
}

async function verifyToken(
  token: string,
  { keys, issuers, audiences, algorithms, tokenTypes, source }: KnownIssuer,
  clockToleranceMs: number,
): Promise<JWTVerifyResult> {
  try {
    const verified = await jwtVerify(token, keys.find, {
      issuer: [...issuers],
      audience: [...audiences],
      algorithms: [...algorithms],
      clockTolerance: clockToleranceMs / 1_000,
      requiredClaims: ['exp', 'sub'],
    });
    // https://www.rfc-editor.org/rfc/rfc7515#section-4.1.9: the prefix may be left out.
    const type = (verified.protectedHeader.typ ?? '').toLowerCase().replace(/^application\//, '');
    if (!tokenTypes.some((each) => each.toLowerCase() === type)) throw notValid();
    return verified;
  } catch (error) {
    if (error instanceof UnauthenticatedError) throw error;
    if (error instanceof errors.JWTExpired)
      throw new UnauthenticatedError('The access token has expired.', { cause: error });
    // Everything about the token itself is a JOSE error; what is left went wrong on the way to the keys.
    if (
      !(error instanceof errors.JOSEError) ||
      error instanceof errors.JWKSTimeout ||
      error instanceof errors.JWKSInvalid ||
      error.code === 'ERR_JOSE_GENERIC'
    ) {
      throw new SigningKeysUnavailableError(source, error);
    }
    throw notValid(error);
  }
}

function toViewer({ payload }: JWTVerifyResult): Viewer {
  const claims = Claims.safeParse(payload);
  if (!claims.success) throw new UnauthenticatedError('The access token lacks claims this gateway needs.');
  const { sub, scope, sid, auth_time: authTime } = claims.data;
  return { kind: 'user', id: sub, scopes: scope.filter((each) => each !== ''), sessionId: sid, authTime };
}
