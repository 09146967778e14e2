import { randomBytes } from 'node:crypto';
import { isTooLong, normalizePassword } from '../domain/password-policy.ts';
import { createHashingPool, type HashingPool } from './hashing-pool.ts';

export interface Argon2Parameters {
  /** KiB. */
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

/**
 * OWASP's minimum for argon2id, which is the library's default variant: 19 MiB, two passes, one lane.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
 */
const PARAMETERS: Argon2Parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /**
   * @param storedHash Undefined when there is no such account: the work done, and so the time taken, is the same.
   */
  verify(storedHash: string | undefined, password: string): Promise<boolean>;
  /** Whether a hash was made with other parameters than new ones are: replace it while the password is at hand. */
  isOutdated(storedHash: string): boolean;
  close(): Promise<void>;
}

export async function createPasswordHasher(
  parameters = PARAMETERS,
  pool: HashingPool = createHashingPool(),
): Promise<PasswordHasher> {
  const hash = async (password: string): Promise<string> =>
    String(await pool.run({ kind: 'hash', password: normalizePassword(password), parameters }));
  const nobodysHash = await hash(randomBytes(32).toString('base64url'));
  const current = parametersOf(nobodysHash);
  return {
    hash,
    verify: async (storedHash, password) => {
      const tooLong = isTooLong(password);
      const candidate = tooLong ? '' : normalizePassword(password);
      const matches = await pool.run({
        kind: 'verify',
        hash: storedHash ?? nobodysHash,
        password: candidate,
      });
      return matches === true && storedHash !== undefined && !tooLong;
    },
    isOutdated: (storedHash) => parametersOf(storedHash) !== current,
    close: () => pool.close(),
  };
}

/** All of `$argon2id$v=19$m=19456,t=2,p=1$salt$hash` that is not salt or hash. */
const parametersOf = (encoded: string): string => encoded.split('$').slice(1, 4).join('$');
