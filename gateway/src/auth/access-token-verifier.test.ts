import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { generateSigningKey, silentLogger, toPublicKey, type SigningKey } from '@tributary/service-kit';
import { importJWK, SignJWT, UnsecuredJWT, type JWK } from 'jose';
import { waitFor } from '@tributary/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createAccessTokenVerifier,
  type AccessTokenVerifier,
  type TokenIssuer,
} from './access-token-verifier.ts';

const ISSUER = 'https://users.example';

const issuerOf = (source: string): TokenIssuer => ({
  source,
  issuers: [ISSUER],
  audiences: ['supergraph'],
  algorithms: ['EdDSA'],
  tokenTypes: ['at+jwt'],
  pollIntervalMs: 60_000,
});

describe('access token verifier', () => {
  let key: SigningKey;
  let published: unknown[];
  let server: Server;
  let verifier: AccessTokenVerifier;
  let url: string;

  beforeEach(async () => {
    key = await generateSigningKey('k1');
    published = [toPublicKey(key)];
    server = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ keys: published }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
    verifier = createAccessTokenVerifier({
      issuers: [issuerOf(url)],
      clockToleranceMs: 5_000,
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
    scope?: unknown;
  }

  async function tokenOf({
    issuer = ISSUER,
    audience = 'supergraph',
    expiresIn = '5m',
    type = 'at+jwt',
    signer = key,
    scope = 'users:read orders:read',
  }: Claims = {}) {
    const token = await new SignJWT({ scope, sid: 's1', auth_time: 7 })
      .setProtectedHeader({ alg: 'EdDSA', typ: type, kid: signer.kid })
      .setSubject('usr_1')
      .setIssuer(issuer)
      .setAudience(audience)
      .setExpirationTime(expiresIn)
      .sign(await importJWK(signer as JWK, 'EdDSA'));
    return token;
  }

  it('tells who is asking', async () => {
    expect(await verifier.verify(await tokenOf())).toEqual({
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
    await expect(verifier.verify(await tokenOf(claims))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('refuses a token signed by a key that only calls itself known', async () => {
    const forged = await tokenOf({ signer: await generateSigningKey('k1') });

    await expect(verifier.verify(forged)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('refuses unsigned tokens, and what is no token', async () => {
    const unsigned = new UnsecuredJWT({})
      .setSubject('usr_1')
      .setIssuer(ISSUER)
      .setAudience('supergraph')
      .encode();

    await expect(verifier.verify(unsigned)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(verifier.verify('x.y.z')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it.each([
    [[], []],
    ['', []],
    ['a  b', ['a', 'b']],
    [
      ['a', 'b c'],
      ['a', 'b c'],
    ],
  ])('takes scopes as text or as a list: %j', async (scope, scopes) => {
    expect(await verifier.verify(await tokenOf({ scope }))).toMatchObject({ scopes });
  });

  it('checks the tokens of each issuer with the keys of that issuer', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keys-'));
    const file = join(folder, 'jwks.json');
    const other = await generateSigningKey('other');
    await writeFile(file, JSON.stringify({ keys: [toPublicKey(other)] }));
    const both = createAccessTokenVerifier({
      issuers: [
        issuerOf(url),
        { ...issuerOf(file), issuers: ['https://other.example'], tokenTypes: ['JWT'] },
      ],
      clockToleranceMs: 0,
      logger: silentLogger(),
    });

    expect(await both.verify(await tokenOf())).toMatchObject({ kind: 'user' });
    expect(
      await both.verify(await tokenOf({ issuer: 'https://other.example', signer: other, type: 'JWT' })),
    ).toMatchObject({ kind: 'user' });
    for (const wrong of [
      { signer: other },
      { issuer: 'https://other.example', type: 'JWT' },
      { issuer: 'https://other.example', signer: other },
      { issuer: 'https://third.example' },
    ])
      await expect(both.verify(await tokenOf(wrong))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });

    both.stop();
    await rm(folder, { recursive: true });
  });

  it('takes a token a little after its end, as far as clocks may be off', async () => {
    expect(await verifier.verify(await tokenOf({ expiresIn: '-2s' }))).toMatchObject({ kind: 'user' });
    await expect(verifier.verify(await tokenOf({ expiresIn: '-7s' }))).rejects.toMatchObject({
      message: 'The access token has expired.',
    });
  });

  it('learns new keys, and forgets those that are gone', async () => {
    const quick = createAccessTokenVerifier({
      issuers: [{ ...issuerOf(url), pollIntervalMs: 20 }],
      clockToleranceMs: 0,
      logger: silentLogger(),
    });
    const old = await tokenOf();
    const next = await generateSigningKey('k2');
    expect(await quick.verify(old)).toMatchObject({ kind: 'user' });

    published = [toPublicKey(next)];

    await waitFor(async () => (await quick.verify(await tokenOf({ signer: next }))).kind === 'user');
    await waitFor(() =>
      quick.verify(old).then(
        () => false,
        () => true,
      ),
    );
    quick.stop();
  });

  it('goes on with the known keys while their issuer is away', async () => {
    const token = await tokenOf();
    await verifier.verify(token);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));

    await expect(verifier.verify(token)).resolves.toMatchObject({ id: 'usr_1' });
  });

  it('says that it cannot tell, rather than no, when the keys were never reachable', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));

    await expect(verifier.verify(await tokenOf())).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      status: 503,
    });
  });
});
