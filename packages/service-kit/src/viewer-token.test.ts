import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  ANONYMOUS,
  createViewerTokenSigner,
  createViewerTokenVerifier,
  generateSigningKey,
  toPublicKey,
  Trust,
  type SigningKey,
  type Viewer,
} from './index.ts';

const ADA: Viewer = {
  kind: 'user',
  id: 'usr_ada',
  scopes: ['orders:read'],
  sessionId: 'ses_1',
  authTime: 1_000,
};

describe('viewer token', () => {
  let gatewayKey: SigningKey;
  let paymentsKey: SigningKey;
  let trust: Trust;

  beforeAll(async () => {
    gatewayKey = await generateSigningKey('g1');
    paymentsKey = await generateSigningKey('p1');
    trust = {
      issuers: {
        gateway: { keys: [toPublicKey(gatewayKey)], actsForUsers: true, scopes: [] },
        payments: { keys: [toPublicKey(paymentsKey)], actsForUsers: false, scopes: ['inventory:reserve'] },
      },
    };
  });

  const roundTrip = async (viewer: Viewer, issuer: string, key: SigningKey, audience = 'products') => {
    const signer = await createViewerTokenSigner(issuer, key);
    const token = await signer.sign(viewer, audience);
    return createViewerTokenVerifier('products', trust).verify(`Bearer ${token}`);
  };

  it.each<[string, Viewer]>([
    ['a user with scopes and session', ADA],
    ['an anonymous caller', ANONYMOUS],
  ])('carries %s from the gateway', async (_who, viewer) => {
    expect(await roundTrip(viewer, 'gateway', gatewayKey)).toEqual(viewer);
  });

  it('grants a service only the scopes its trust entry allows', async () => {
    const viewer: Viewer = { kind: 'service', id: 'payments', scopes: ['inventory:reserve', 'users:admin'] };

    expect(await roundTrip(viewer, 'payments', paymentsKey)).toEqual({
      ...viewer,
      scopes: ['inventory:reserve'],
    });
  });

  it('refuses a service that names a user', async () => {
    await expect(roundTrip(ADA, 'payments', paymentsKey)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('refuses a key that signs under the name of another issuer', async () => {
    await expect(roundTrip(ADA, 'gateway', paymentsKey)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('refuses a token for another service', async () => {
    await expect(roundTrip(ADA, 'gateway', gatewayKey, 'users')).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });

  it('refuses a token after its minute', async () => {
    const now = Date.now();
    const signer = await createViewerTokenSigner('gateway', gatewayKey, () => now);
    const token = await signer.sign(ADA, 'products');
    const verifyAt = (ms: number) =>
      createViewerTokenVerifier('products', trust, () => now + ms).verify(`Bearer ${token}`);

    await expect(verifyAt(59_000)).resolves.toEqual(ADA);
    await expect(verifyAt(70_000)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it.each([undefined, '', 'Bearer', 'Bearer nonsense', 'Basic YTpi', 'Bearer a.b.c'])(
    'refuses the credential %p',
    async (authorization) => {
      await expect(createViewerTokenVerifier('products', trust).verify(authorization)).rejects.toMatchObject({
        code: 'UNAUTHENTICATED',
      });
    },
  );

  it('is signed once for many requests, and anew before it grows old', async () => {
    let now = 1_700_000_000_000;
    const signer = await createViewerTokenSigner('gateway', gatewayKey, () => now);

    const first = await signer.sign(ADA, 'products');
    expect(await signer.sign({ ...ADA }, 'products')).toBe(first);
    expect(await signer.sign(ADA, 'users')).not.toBe(first);
    now += 31_000;
    expect(await signer.sign(ADA, 'products')).not.toBe(first);
  });

  it('refuses a trust table with a private key in it', () => {
    const result = Trust.safeParse({ issuers: { gateway: { keys: [gatewayKey] } } });

    expect(result.success).toBe(false);
  });
});
