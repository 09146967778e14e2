import {
  ANONYMOUS,
  createViewerTokenSigner,
  generateSigningKey,
  toPublicKey,
  type SigningKey,
  type Trust,
  type Viewer,
  type ViewerTokenSigner,
} from '@tributary/service-kit';

/** What each issuer may say, as `npm start` sets it up. */
const ISSUERS = {
  gateway: { actsForUsers: true, scopes: [] },
  payments: { actsForUsers: false, scopes: ['inventory:reserve'] },
  users: { actsForUsers: false, scopes: ['personal-data:read'] },
} as const;

export type TestIssuer = keyof typeof ISSUERS;

export interface TestTrust {
  readonly trust: Trust;
  /** As the gateway signs; the value of an `authorization` header without `Bearer `. */
  sign(viewer: Viewer, audience: string): Promise<string>;
  serviceSigner(issuer: TestIssuer): Promise<ViewerTokenSigner>;
  keyOf(issuer: TestIssuer): SigningKey;
}

/** A trust table with fresh keys, and the private sides of it. */
export async function createTestTrust(): Promise<TestTrust> {
  const keys: Record<TestIssuer, SigningKey> = {
    gateway: await generateSigningKey('test-gateway'),
    payments: await generateSigningKey('test-payments'),
    users: await generateSigningKey('test-users'),
  };
  const trust: Trust = {
    issuers: Object.fromEntries(
      (Object.keys(ISSUERS) as TestIssuer[]).map((issuer) => [
        issuer,
        {
          keys: [toPublicKey(keys[issuer])],
          actsForUsers: ISSUERS[issuer].actsForUsers,
          scopes: [...ISSUERS[issuer].scopes],
        },
      ]),
    ),
  };
  const gateway = await createViewerTokenSigner('gateway', keys.gateway);
  return {
    trust,
    sign: (viewer, audience) => gateway.sign(viewer, audience),
    serviceSigner: (issuer) => createViewerTokenSigner(issuer, keys[issuer]),
    keyOf: (issuer) => keys[issuer],
  };
}

/** A signed-in user, `id` as on the wire (`usr_...`). */
export const userViewer = (id: string, scopes: readonly string[] = []): Viewer => ({
  kind: 'user',
  id,
  scopes,
  sessionId: undefined,
  authTime: undefined,
});

export { ANONYMOUS };
