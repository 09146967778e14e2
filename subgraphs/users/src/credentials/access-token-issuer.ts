import { newUuid } from '@tributary/subgraph-kit';
import { SignJWT } from 'jose';
import type { Grants } from '../domain/roles.ts';
import { ALGORITHM } from './key-pair.ts';
import type { KeyRing } from './key-ring.ts';

/** @see https://www.rfc-editor.org/rfc/rfc9068#section-2.1 */
const TOKEN_TYPE = 'at+jwt';

export interface AccessTokenOptions {
  readonly keys: KeyRing;
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
}

export function createAccessTokenIssuer(options: AccessTokenOptions): AccessTokenIssuer {
  return {
    issue: async ({ userId, sessionId, grants, authTime }, now) => {
      const issuedAt = toSeconds(now);
      const expiresAt = issuedAt + options.ttlSeconds;
      const { kid, privateKey } = options.keys.signer(now);
      const claims = {
        sid: sessionId,
        scope: grants.scopes.join(' '),
        roles: grants.roles,
        auth_time: toSeconds(authTime),
      };
      const token = await new SignJWT(claims)
        .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE, kid })
        .setIssuer(options.issuer)
        .setSubject(userId)
        .setAudience(options.audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .setJti(newUuid())
        .sign(privateKey);
      return { token, expiresAt: new Date(expiresAt * 1_000) };
    },
  };
}

const toSeconds = (date: Date): number => Math.floor(date.getTime() / 1_000);
