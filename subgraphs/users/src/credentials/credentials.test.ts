import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hashSync } from '@node-rs/argon2';
import { createHashingPool, type HashingJob } from './hashing-pool.ts';
import { createPasswordHasher, type PasswordHasher } from './password-hasher.ts';
import { isRefreshToken, newRefreshToken, openSuccessor, sealSuccessor } from './refresh-token.ts';

const COST = '$m=19456,t=2,p=1$';
const CHEAP_HASH = hashSync('secret', { memoryCost: 64, timeCost: 1, parallelism: 1 });

describe('a hashing pool', () => {
  const verify = (password: string): HashingJob => ({ kind: 'verify', hash: CHEAP_HASH, password });

  it('answers every job, also those that fail, and goes on after them', async () => {
    const pool = createHashingPool(2);

    const results = await Promise.allSettled([
      pool.run(verify('secret')),
      pool.run({ kind: 'verify', hash: 'no hash', password: 'secret' }),
      pool.run(verify('wrong')),
      pool.run(verify('secret')),
    ]);
    await pool.close();

    expect(results).toMatchObject([
      { value: true },
      { status: 'rejected', reason: { message: expect.stringContaining('hashing failed') } },
      { value: false },
      { value: true },
    ]);
  });

  it('sends away what would wait too long', async () => {
    const pool = createHashingPool(1, 2);

    const results = await Promise.allSettled(Array.from({ length: 10 }, () => pool.run(verify('secret'))));
    await pool.close();

    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refused).toHaveLength(7);
    expect(refused[0]).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });

  it('fails what waits when it is closed', async () => {
    const pool = createHashingPool(1);
    const waiting = [verify('a'), verify('b'), verify('c')].map((job) => pool.run(job));

    const settled = Promise.allSettled(waiting);
    await pool.close();

    expect((await settled).map(({ status }) => status)).toContain('rejected');
    await expect(pool.run(verify('d'))).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  });
});

describe('a password hasher', () => {
  let passwords: PasswordHasher;

  beforeAll(async () => {
    passwords = await createPasswordHasher();
  });
  afterAll(() => passwords.close());

  it('accepts the password of a hash, and none without a hash', async () => {
    const hash = await passwords.hash('correct horse battery staple');

    expect(await passwords.verify(hash, 'correct horse battery staple')).toBe(true);
    expect(await passwords.verify(hash, 'correct horse battery stapler')).toBe(false);
    expect(await passwords.verify(undefined, 'correct horse battery staple')).toBe(false);
  });

  it('does the same work for nobody as for somebody, whatever the password', async () => {
    const jobs: HashingJob[] = [];
    const pool = createHashingPool(1);
    const counted = await createPasswordHasher(undefined, {
      ...pool,
      run: (job) => {
        jobs.push(job);
        return pool.run(job);
      },
    });
    const hash = await counted.hash('correct horse battery staple');
    jobs.length = 0;

    for (const stored of [hash, undefined]) {
      for (const password of ['wrong', 'x'.repeat(1_000)]) {
        await counted.verify(stored, password);
        expect(jobs.splice(0)).toMatchObject([{ kind: 'verify', hash: expect.stringContaining(COST) }]);
      }
    }
    await counted.close();
  });

  it('knows a hash of other parameters', async () => {
    expect(passwords.isOutdated(await passwords.hash('correct horse battery staple'))).toBe(false);
    expect(passwords.isOutdated(CHEAP_HASH)).toBe(true);
  });
});

describe('a refresh token', () => {
  it('is 256 random bits that look like a token', () => {
    const tokens = Array.from({ length: 100 }, newRefreshToken);

    expect(new Set(tokens).size).toBe(100);
    expect(tokens.every(isRefreshToken)).toBe(true);
    expect(Buffer.from(tokens[0] ?? '', 'base64url')).toHaveLength(32);
  });

  it('opens its successor, and no other token does', () => {
    const presented = newRefreshToken();
    const successor = newRefreshToken();
    const sealed = sealSuccessor(successor, presented);
    const altered = Buffer.from(sealed);
    altered[altered.length - 1] = (altered.at(-1) ?? 0) ^ 1;

    expect(openSuccessor(sealed, presented)).toBe(successor);
    expect(sealed.toString('latin1')).not.toContain(successor);
    expect(() => openSuccessor(sealed, successor)).toThrow();
    expect(() => openSuccessor(altered, presented)).toThrow();
  });
});
