import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { newUuid } from '@tributary/subgraph-kit';
import { createPool } from '@tributary/subgraph-kit/postgres';
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { TokenPurpose } from '../../domain/letters.ts';
import { migrate } from '../../migrate.ts';
import { createPostgresStores } from './postgres-stores.ts';
import type { Evidence } from '../session-store.ts';
import type { Stores } from '../stores.ts';
import type { NewUser } from '../user-store.ts';
import { createTestDatabase, type TestDatabase } from '@tributary/testkit';

const NOW = new Date('2026-06-01T12:00:00.123Z');
const ADDRESS = {
  recipientName: 'Ada',
  company: null,
  line1: '12 Row',
  line2: null,
  city: 'London',
  region: null,
  postalCode: null,
  countryCode: 'GB',
  phone: null,
};

const newUser = (email: string): NewUser => ({
  id: newUuid(),
  email,
  emailKey: email.toLowerCase(),
  displayName: 'Ada',
  givenName: null,
  familyName: null,
  locale: 'en',
  passwordHash: '$argon2id$test',
  role: 'CUSTOMER',
  createdAt: NOW,
});

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();

describe('the stores on PostgreSQL', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let stores: Stores;
  const count = async (table: string): Promise<number> =>
    (await pool.query<{ count: number }>(`SELECT count(*) AS count FROM ${table}`)).rows[0]?.count ?? 0;
  const startSession = async (
    userId: string,
    token: string,
    evidence: Evidence = { passwordHash: '$argon2id$test' },
  ): Promise<string | undefined> => {
    const id = newUuid();
    const expiry = new Date(NOW.getTime() + 1_000_000);
    const user = await stores.sessions.start({
      id,
      userId,
      authTime: NOW,
      methods: ['PASSWORD'],
      evidence,
      ipAddress: undefined,
      userAgent: undefined,
      absoluteExpiresAt: expiry,
      refreshTokenHash: hashOf(token),
      refreshTokenExpiresAt: expiry,
      now: NOW,
    });
    return user && id;
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    await migrate(database.url, silentLogger());
    pool = createPool({ connectionString: database.url, applicationName: 'test', logger: silentLogger() });
    stores = createPostgresStores(pool, pool);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('gives back what was registered, to the millisecond', async () => {
    const { emailKey, passwordHash, role, ...profile } = newUser('Back@example.org');
    const user = { ...profile, emailKey, passwordHash, role };

    const created = await stores.users.register(user);

    expect(created).toEqual({
      ...profile,
      emailVerifiedAt: null,
      phone: null,
      avatarUrl: null,
      lastSignInAt: null,
      suspendedAt: null,
      erasureRequestedAt: null,
      erasureDueAt: null,
      erasedAt: null,
      version: 0,
    });
    expect(await stores.users.findByIds([newUuid(), user.id])).toEqual([created]);
    expect(await stores.users.findCredential(emailKey)).toEqual({
      userId: user.id,
      emailKey,
      passwordHash,
      isEmailVerified: false,
      isSuspended: false,
    });
    expect(await stores.users.findGrants([user.id])).toEqual([
      { userId: user.id, roles: [role], scopes: [] },
    ]);
  });

  it('registers nothing at all when one part is refused', async () => {
    const before = [await count('users'), await count('audit_events')];

    await expect(
      stores.users.register({ ...newUser('part@example.org'), passwordHash: 'md5' }),
    ).rejects.toThrow('violates check constraint');

    expect([await count('users'), await count('audit_events')]).toEqual(before);
  });

  it('starts no session for a user who is gone', async () => {
    const before = await count('sessions');
    const session = {
      id: newUuid(),
      userId: newUuid(),
      authTime: NOW,
      methods: ['PASSWORD'] as const,
      evidence: { passwordHash: '$argon2id$test' },
      ipAddress: undefined,
      userAgent: undefined,
      absoluteExpiresAt: NOW,
      refreshTokenHash: hashOf('gone'),
      refreshTokenExpiresAt: NOW,
      now: NOW,
    };

    expect(await stores.sessions.start(session)).toBeUndefined();
    expect(await count('sessions')).toBe(before);
  });

  it('leaves nothing that began with the old password when it changes at that moment', async () => {
    const user = newUser('begins@example.org');
    await stores.users.register(user);
    let hash = user.passwordHash;
    for (let round = 0; round < 20; round += 1) {
      const [userId, from] = [user.id, hash];
      hash = `$argon2id$round ${round}`;
      const letter = {
        id: newUuid(),
        kind: 'EMAIL_CHANGE',
        email: 'thief@example.org',
        userId,
        now: NOW,
      } as const;
      const challenge = { idHash: hashOf(`code ${round}`), userId, passwordHash: from, expiresAt: NOW };

      await Promise.all([
        startSession(userId, `old ${round}`, { passwordHash: from }),
        stores.mfa.addChallenge(challenge),
        stores.letters.addIfPassword(letter, from),
        stores.credentials.changePassword({ userId, from, to: hash, now: NOW }),
      ]);

      expect(await stores.sessions.findLive([userId], NOW)).toEqual([]);
      expect(await count('mfa_challenges')).toBe(0);
      expect((await pool.query(`SELECT FROM letters WHERE kind = 'EMAIL_CHANGE'`)).rows).toEqual([]);
    }
  });

  it('starts a session by a challenge once, and by no passkey that the user has not', async () => {
    const user = newUser('evidence@example.org');
    await stores.users.register(user);
    const { id: userId, passwordHash } = user;
    const challengeIdHash = hashOf('challenge');
    await stores.mfa.addChallenge({ idHash: challengeIdHash, userId, passwordHash, expiresAt: NOW });

    const started = await Promise.all(
      ['one', 'two'].map((token) => startSession(userId, token, { challengeIdHash })),
    );

    expect(started.filter((id) => id !== undefined)).toHaveLength(1);
    expect(await startSession(userId, 'three', { passkeyId: newUuid() })).toBeUndefined();
  });

  it('leaves no token for another address when the password changes while its letter is written', async () => {
    const user = newUser('writes@example.org');
    await stores.users.register(user);
    let hash = user.passwordHash;
    for (let round = 0; round < 20; round += 1) {
      const letterId = newUuid();
      const [userId, from, email] = [user.id, hash, 'thief@example.org'];
      hash = `$argon2id$round ${round}`;
      await stores.letters.add({ id: letterId, kind: 'EMAIL_CHANGE', email, userId, now: NOW });
      const token = { purpose: 'EMAIL_CHANGE', letterId, userId, email, expiresAt: NOW } as const;

      await Promise.all([
        stores.credentials.addToken({ ...token, tokenHash: hashOf(`during ${round}`) }),
        stores.credentials.changePassword({ userId, from, to: hash, now: NOW }),
      ]);

      expect(await stores.credentials.addToken({ ...token, tokenHash: hashOf(`after ${round}`) })).toBe(
        false,
      );
      expect((await pool.query('SELECT FROM one_time_tokens')).rows).toEqual([]);
    }
  });

  it('lets a token prove the address that the account has, and no earlier one', async () => {
    const user = newUser('earlier@example.org');
    await stores.users.register(user);
    const [userId, expiresAt] = [user.id, new Date(NOW.getTime() + 1_000)];
    const add = async (purpose: TokenPurpose, email: string, text: string) => {
      const letterId = newUuid();
      await stores.letters.add({ id: letterId, kind: purpose, email, userId, now: NOW });
      const token = { tokenHash: hashOf(text), purpose, letterId, userId, email, expiresAt };
      return stores.credentials.addToken(token);
    };
    const move = (email: string) =>
      pool.query('UPDATE users SET email = $2, email_key = $2 WHERE id = $1', [userId, email]);
    const use = { tokenHash: hashOf('earlier'), now: NOW };

    expect(await add('PASSWORD_RESET', user.email, 'earlier')).toBe(true);
    await move('later@example.org');

    expect(await stores.credentials.findResetUser(use)).toBe('INVALID');
    expect(await stores.credentials.resetPassword({ ...use, passwordHash: '$argon2id$theirs' })).toBe(
      'INVALID',
    );
    expect((await stores.users.findCredentialOf(userId))?.passwordHash).toBe(user.passwordHash);
    for (const purpose of ['PASSWORD_RESET', 'EMAIL_VERIFY'] as const) {
      expect(await add(purpose, user.email, `${purpose} old`)).toBe(false);
      expect(await add(purpose, 'later@example.org', `${purpose} new`)).toBe(true);
    }
    expect(await add('EMAIL_CHANGE', 'next@example.org', 'next')).toBe(true);
    expect(
      await stores.credentials.findResetUser({ ...use, tokenHash: hashOf('PASSWORD_RESET new') }),
    ).toMatchObject({ id: userId });
  });

  it('refuses, whatever the code above does, a second live token and a second default', async () => {
    const user = newUser('guard@example.org');
    await stores.users.register(user);
    const sessionId = await startSession(user.id, 'guard');
    await stores.addresses.create({ id: newUuid(), userId: user.id, address: ADDRESS, createdAt: NOW }, 25);
    await stores.addresses.create({ id: newUuid(), userId: user.id, address: ADDRESS, createdAt: NOW }, 25);

    const secondToken = pool.query(
      `INSERT INTO refresh_tokens (token_hash, session_id, generation, created_at, expires_at)
       VALUES ($1, $2, 2, $3, $3)`,
      [hashOf('second'), sessionId, NOW],
    );
    await expect(secondToken).rejects.toThrow('refresh_tokens_one_live');
    const secondDefault = pool.query('UPDATE addresses SET is_default_billing = true WHERE user_id = $1', [
      user.id,
    ]);
    await expect(secondDefault).rejects.toThrow('addresses_one_billing');
  });

  it.each([
    "UPDATE audit_events SET type = 'SIGNED_IN'",
    'DELETE FROM audit_events',
    'TRUNCATE audit_events',
  ])('refuses to change the audit log: %s', async (sql) => {
    await stores.sessions.recordSignInFailure({ userId: undefined, now: NOW });

    await expect(pool.query(sql)).rejects.toThrow('audit_events is append-only');
  });

  it('deletes with a user everything that is theirs, but not what happened', async () => {
    const user = newUser('leaver@example.org');
    await stores.users.register(user);
    await startSession(user.id, 'leaver');
    await stores.addresses.create({ id: newUuid(), userId: user.id, address: ADDRESS, createdAt: NOW }, 25);

    await pool.query('DELETE FROM users WHERE id = $1', [user.id]);

    for (const table of ['password_credentials', 'user_roles', 'sessions', 'addresses']) {
      expect((await pool.query(`SELECT FROM ${table} WHERE user_id = $1`, [user.id])).rows).toEqual([]);
    }
    const { rows } = await pool.query('SELECT type FROM audit_events WHERE subject_id = $1 ORDER BY id', [
      user.id,
    ]);
    expect(rows).toEqual([{ type: 'REGISTERED' }, { type: 'SIGNED_IN' }]);
  });
});
