import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateSigningKey, silentLogger } from '@tributary/service-kit';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { randomBytes } from 'node:crypto';
import { openKeyRing, type KeyRing } from './credentials/key-ring.ts';
import { createSealer, EncryptionKeys } from '@tributary/subgraph-kit';
import { forgetAccessKeys } from './forget-access-keys.ts';
import { createAccessTokenIssuer } from './credentials/access-token-issuer.ts';
import { startTestUsers, type TestUsers } from './testing/start-test-users.ts';

const newKey = (): string => randomBytes(32).toString('base64url');
const FIRST = newKey();
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

describe('signing keys', () => {
  let users: TestUsers;
  const sealer = createSealer({ current: 'a', keys: { a: FIRST } });
  const open = async (now: Date, sealedWith = sealer): Promise<KeyRing> =>
    openKeyRing(
      {
        store: users.stores.signingKeys,
        sealer: sealedWith,
        firstKey: await generateSigningKey('from-file'),
        tokenLifetimeMs: 5 * MINUTE_MS,
      },
      now,
    );
  const issue = async (keys: KeyRing, now: Date): Promise<string> => {
    const issuer = createAccessTokenIssuer({
      keys,
      issuer: 'http://users.test',
      audience: 'graph',
      ttlSeconds: 300,
    });
    const grants = { roles: [], scopes: [] };
    return (await issuer.issue({ userId: 'usr_x', sessionId: 'ses_x', grants, authTime: now }, now)).token;
  };
  const verify = (token: string, keys: KeyRing, now: Date) =>
    jwtVerify(token, createLocalJWKSet(keys.jwks(now) as JSONWebKeySet), { currentDate: now });

  beforeAll(async () => {
    users = await startTestUsers();
  });
  afterAll(() => users.stop());

  it('follow one another in all instances, and no token becomes invalid before its time', async () => {
    const start = new Date(Date.UTC(2027, 0, 1));
    const rings = await Promise.all([open(start), open(start), open(start)]);
    const kids = () => rings.map((ring) => ring.signer(now).kid);
    let now = start;
    expect(kids()).toEqual(['from-file', 'from-file', 'from-file']);

    now = new Date(start.getTime() + 30 * DAY_MS - 10 * MINUTE_MS);
    await Promise.all(rings.map((ring) => ring.refresh(now)));
    const published = rings.map((ring) => ring.jwks(now).keys.map(({ kid }) => kid));
    expect(published[0]).toHaveLength(2);
    expect(published).toEqual([published[0], published[0], published[0]]);
    expect(kids()).toEqual(['from-file', 'from-file', 'from-file']);

    const lastOfOld = await issue(rings[0], new Date(start.getTime() + 30 * DAY_MS - 1));
    now = new Date(start.getTime() + 30 * DAY_MS);
    const [newest] = published[0] ?? [];
    expect(kids()).toEqual([newest, newest, newest]);
    await verify(await issue(rings[1], now), rings[2], now);
    now = new Date(now.getTime() + 298_000);
    await verify(lastOfOld, rings[2], now);

    now = new Date(now.getTime() + 2 * MINUTE_MS);
    await Promise.all(rings.map((ring) => ring.refresh(now)));
    expect(rings[2].jwks(now).keys.map(({ kid }) => kid)).toEqual([newest]);
    const { rows } = await users.pool.query('SELECT kid FROM signing_keys');
    expect(rows).toEqual([{ kid: newest }]);
  });

  it('are of no use to whoever has the database alone', async () => {
    const now = new Date(Date.UTC(2027, 1, 1));
    const { rows } = await users.pool.query<{ dump: string }>(
      'SELECT signing_keys::text AS dump FROM signing_keys',
    );

    expect(rows).not.toEqual([]);
    expect(rows.some(({ dump }) => dump.includes('"d"'))).toBe(false);
    await expect(open(now, createSealer({ current: 'a', keys: { a: newKey() } }))).rejects.toThrow();
    const changed = createSealer({ current: 'b', keys: { a: FIRST, b: newKey() } });
    expect((await open(now, changed)).jwks(now).keys).toHaveLength(1);
  });

  it('are forgotten after a leak: all instances begin again with the key in the file', async () => {
    const now = new Date(Date.UTC(2027, 1, 2));
    const rings = await Promise.all([open(now), open(now)]);
    const leaked = await issue(rings[0], now);

    expect(await forgetAccessKeys(users.databaseUrl, silentLogger())).toMatch(/^forgotten: \S+/);
    await Promise.all(rings.map((ring) => ring.refresh(now)));

    expect(rings.map((ring) => ring.signer(now).kid)).toEqual(['from-file', 'from-file']);
    await expect(verify(leaked, rings[1], now)).rejects.toMatchObject({ code: 'ERR_JWKS_NO_MATCHING_KEY' });
    await verify(await issue(rings[0], now), rings[1], now);
  });
});

describe('a sealer', () => {
  const sealer = createSealer({ current: 'a', keys: { a: FIRST } });

  it('opens what it sealed, for the same purpose only', () => {
    const sealed = sealer.seal('secret \u00e9', 'one');

    expect(sealer.open(sealed, 'one')).toBe('secret \u00e9');
    expect(() => sealer.open(sealed, 'two')).toThrow();
    expect(sealer.seal('secret \u00e9', 'one').equals(sealed)).toBe(false);
  });

  it('notices every changed byte', () => {
    const sealed = sealer.seal('secret', 'one');

    for (let i = 0; i < sealed.length; i += 1) {
      const altered = Buffer.from(sealed);
      altered[i] = (altered[i] ?? 0) ^ 1;
      expect(() => sealer.open(altered, 'one')).toThrow();
    }
  });

  it.each([
    ['a short key', { current: 'a', keys: { a: 'AAAA' } }],
    ['no current key', { current: 'b', keys: { a: FIRST } }],
  ])('cannot be made with %s', (_, keys) => {
    expect(EncryptionKeys.safeParse(keys).success).toBe(false);
  });
});
