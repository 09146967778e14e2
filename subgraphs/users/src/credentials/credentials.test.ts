import { describe, expect, it } from '@jest/globals';
import { limitConcurrency } from './limit-concurrency.ts';
import { createPasswordHasher } from './password-hasher.ts';
import { isRefreshToken, newRefreshToken, openSuccessor, sealSuccessor } from './refresh-token.ts';

describe('limitConcurrency', () => {
  it('never runs more than it may, starts in order, and goes on after a failure', async () => {
    const limited = limitConcurrency(3);
    const started: number[] = [];
    let running = 0;
    let most = 0;

    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        limited(async () => {
          started.push(i);
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          if (i % 4 === 0) throw new Error('no');
          return i;
        }),
      ),
    );

    expect(most).toBe(3);
    expect(started).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(5);
  });
});

describe('a password hasher', () => {
  it('accepts the password of a hash, and none without a hash', async () => {
    const passwords = await createPasswordHasher();
    const hash = await passwords.hash('correct horse battery staple');

    expect(await passwords.verify(hash, 'correct horse battery staple')).toBe(true);
    expect(await passwords.verify(hash, 'correct horse battery stapler')).toBe(false);
    expect(await passwords.verify(undefined, 'correct horse battery staple')).toBe(false);
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
