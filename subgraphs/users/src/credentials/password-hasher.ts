import { hash, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import { isTooLong, normalizePassword } from '../domain/password-policy.ts';
import { limitConcurrency } from './limit-concurrency.ts';

/**
 * OWASP's minimum for argon2id, which is this library's default variant: 19 MiB, two passes, one lane.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Bounds the memory a burst of sign-ins takes (8 x 19 MiB); the hashes run on libuv's threads, not on the event loop. */
const MAX_IN_FLIGHT = 8;

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /**
   * @param storedHash Undefined when there is no such account: the work done, and so the time taken, is the same.
   */
  verify(storedHash: string | undefined, password: string): Promise<boolean>;
}

export async function createPasswordHasher(): Promise<PasswordHasher> {
  const limited = limitConcurrency(MAX_IN_FLIGHT);
  const nobodysHash = await hash(randomBytes(32), PARAMETERS);
  return {
    hash: (password) => limited(() => hash(normalizePassword(password), PARAMETERS)),
    verify: async (storedHash, password) => {
      const tooLong = isTooLong(password);
      const candidate = tooLong ? '' : normalizePassword(password);
      const matches = await limited(() => verify(storedHash ?? nobodysHash, candidate));
      return matches && storedHash !== undefined && !tooLong;
    },
  };
}
