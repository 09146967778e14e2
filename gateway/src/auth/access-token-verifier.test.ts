import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateSigningKey, silentLogger, toPublicKey, type SigningKey } from '@tributary/service-kit';
import { importJWK, SignJWT, UnsecuredJWT, type JWK } from 'jose';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAccessTokenVerifier, type AccessTokenVerifier } from './access-token-verifier.ts';

const ISSUER = 'https://users.example';

describe('access token verifier', () => {
  let key: SigningKey;
  let published: unknown[];
  let server: Server;
  let verifier: AccessTokenVerifier;

  beforeEach(async () => {
    key = await generateSigningKey('k1');
    published = [toPublicKey(key)];
    server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ keys: published }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
    verifier = createAccessTokenVerifier({
      jwksUrl,
      issuer: ISSUER,
      audience: 'supergraph',
      logger: silentLogger(),
    });
  });

  afterEach(async () => {
    verifier.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  interface Claims {
    issuer?: string;
    audience?: string;
    expiresIn?: string;
    type?: string;
    signer?: SigningKey;
  }

  async function bearer({
    issuer = ISSUER,
    audience = 'supergraph',
    expiresIn = '5m',
    type = 'at+jwt',
    signer = key,
  }: Claims = {}) {
    const token = await new SignJWT({ scope: 'users:read orders:read', sid: 's1', auth_time: 7 })
      .setProtectedHeader({ alg: 'EdDSA', typ: type, kid: signer.kid })
      .setSubject('usr_1')
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime(expiresIn)
      .sign(await importJWK(signer as JWK, 'EdDSA'));
    return `Bearer ${token}`;
  }

  it('tells who is asking', async () => {
    expect(await verifier.verify(await bearer())).toEqual({
      kind: 'user',
      id: 'usr_1',
      scopes: ['users:read', 'orders:read'],
      sessionId: 's1',
      authTime: 7,
    });
  });

  it('takes a request without a credential for an anonymous one', async () => {
    expect(await verifier.verify(undefined)).toEqual({ kind: 'anonymous', scopes: [] });
  });

  it.each<[string, Claims]>([
    ['expired', { expiresIn: '-1m' }],
    ['of another issuer', { issuer: 'https://evil.example' }],
    ['for another audience', { audience: 'elsewhere' }],
    ['of another type', { type: 'viewer+jwt' }],
  ])('refuses a token that is %s', async (_what, claims) => {
    await expect(verifier.verify(await bearer(claims))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('refuses a token signed by a key that only calls itself known', async () => {
    const forged = await bearer({ signer: await generateSigningKey('k1') });

    await expect(verifier.verify(forged)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('refuses unsigned tokens and other schemes', async () => {
    const unsigned = new UnsecuredJWT({})
      .setSubject('usr_1')
      .setIssuer(ISSUER)
      .setAudience('supergraph')
      .encode();

    await expect(verifier.verify(`Bearer ${unsigned}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(verifier.verify('Basic YTpi')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(verifier.verify('Bearer')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('goes on with the known keys while their issuer is away', async () => {
    const token = await bearer();
    await verifier.verify(token);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));

    await expect(verifier.verify(token)).resolves.toMatchObject({ id: 'usr_1' });
  });

  it('says that it cannot tell, rather than no, when the keys were never reachable', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));

    await expect(verifier.verify(await bearer())).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      status: 503,
    });
  });
});
