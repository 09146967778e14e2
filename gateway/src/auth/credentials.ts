import { createViewerTokenSigner, type SigningKey, type Viewer } from '@tributary/service-kit';
import type { IncomingHttpHeaders } from 'node:http';
import { decodeJwt } from 'jose';
import type { AccessTokenVerifier } from './access-token-verifier.ts';
import { readToken, type TokenSource } from './read-token.ts';

/** How one request's caller is shown to a subgraph. */
export interface Caller {
  /** Equal for requests that subgraphs answer alike; empty for an anonymous caller. */
  readonly key: string;
  /** As the supergraph's directives ask for them: `authenticated`, `scope:NAME`. */
  readonly permissions: ReadonlySet<string>;
  /** @returns What the access token says, once it has been checked; empty without one. */
  claims(): Readonly<Record<string, unknown>>;
  /** @returns the `authorization` header for that subgraph, if any. */
  authorizationFor(subgraph: string): Promise<string | undefined> | string | undefined;
}

/** Who is asking, from the headers of a client's request. One instance per gateway. */
export interface Credentials {
  /** Headers that say it, in lower case; undefined: `authorization`. */
  readonly headers?: readonly string[];
  /** @throws UnauthenticatedError for a credential that does not hold. */
  identify(headers: IncomingHttpHeaders): Promise<Caller> | Caller;
  stop(): void;
}

const NONE: ReadonlySet<string> = new Set();
const NO_CLAIMS: Readonly<Record<string, unknown>> = {};

/**
 * Passes the header on as it is: for supergraphs whose subgraphs check it themselves. Nobody has shown who they are to
 * the gateway then, so what the supergraph protects stays closed.
 */
export const forwardedCredentials = (): Credentials => ({
  identify: ({ authorization }) => ({
    key: authorization ?? '',
    permissions: NONE,
    claims: () => NO_CLAIMS,
    authorizationFor: () => authorization,
  }),
  stop: () => undefined,
});

export interface VerifiedCredentialsOptions {
  /** Stopped with the credentials. */
  readonly verifier: AccessTokenVerifier;
  readonly tokenSource: TokenSource;
  /** Undefined: subgraphs get the client's `authorization` header as it is. */
  readonly viewerKey: SigningKey | undefined;
}

/** Verifies the caller's access token, and vouches for the result with a token of our own, one per subgraph. */
export async function verifiedCredentials({
  verifier,
  tokenSource,
  viewerKey,
}: VerifiedCredentialsOptions): Promise<Credentials> {
  const signer = viewerKey && (await createViewerTokenSigner('gateway', viewerKey));
  const { headerName, cookieName } = tokenSource;
  return {
    headers: [
      headerName.toLowerCase(),
      ...(cookieName === undefined ? [] : ['cookie']),
      ...(signer === undefined ? ['authorization'] : []),
    ],
    identify: async (headers) => {
      const token = readToken(headers, tokenSource);
      const viewer = await verifier.verify(token);
      const permissions = permissionsOf(viewer);
      const claims = () => (token === undefined ? NO_CLAIMS : decodeJwt(token));
      if (signer === undefined) {
        const { authorization } = headers;
        const key =
          authorization === undefined && token === undefined ? '' : `${authorization ?? ''} ${token ?? ''}`;
        return { key, permissions, claims, authorizationFor: () => authorization };
      }
      return {
        key: token ?? '',
        permissions,
        claims,
        authorizationFor: async (subgraph) => `Bearer ${await signer.sign(viewer, subgraph)}`,
      };
    },
    stop: () => {
      verifier.stop();
    },
  };
}

const permissionsOf = (viewer: Viewer): ReadonlySet<string> =>
  viewer.kind === 'anonymous'
    ? NONE
    : new Set(['authenticated', ...viewer.scopes.map((scope) => `scope:${scope}`)]);
