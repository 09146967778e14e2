import { createViewerTokenSigner, type SigningKey, type Viewer } from '@tributary/service-kit';
import type { AccessTokenVerifier } from './access-token-verifier.ts';

/** How one request's caller is shown to a subgraph. */
export interface Caller {
  /** Equal for requests that subgraphs answer alike; empty for an anonymous caller. */
  readonly key: string;
  /** As the supergraph's directives ask for them: `authenticated`, `scope:NAME`. */
  readonly permissions: ReadonlySet<string>;
  /** @returns the `authorization` header for that subgraph, if any. */
  authorizationFor(subgraph: string): Promise<string | undefined> | string | undefined;
}

/** Who is asking, from a client's `authorization` header. One instance per gateway. */
export interface Credentials {
  identify(authorization: string | undefined): Promise<Caller> | Caller;
  stop(): void;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Passes the header on as it is: for supergraphs whose subgraphs check it themselves. Nobody has shown who they are to
 * the gateway then, so what the supergraph protects stays closed.
 */
export const forwardedCredentials = (): Credentials => ({
  identify: (authorization) => ({
    key: authorization ?? '',
    permissions: NONE,
    authorizationFor: () => authorization,
  }),
  stop: () => undefined,
});

/** Verifies the caller's access token and vouches for the result with a token of our own, one per subgraph. */
export async function signedCredentials(
  verifier: AccessTokenVerifier,
  signingKey: SigningKey,
): Promise<Credentials> {
  const signer = await createViewerTokenSigner('gateway', signingKey);
  return {
    identify: async (authorization) => {
      const viewer: Viewer = await verifier.verify(authorization);
      return {
        key: authorization ?? '',
        permissions: permissionsOf(viewer),
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
