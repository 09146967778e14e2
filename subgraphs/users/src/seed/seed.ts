import type { Logger } from '@tributary/service-kit';
import { createPool } from '@tributary/subgraph-kit/postgres';
import { createPasswordHasher } from '../credentials/password-hasher.ts';
import { findSeededIds, insertSeedUsers } from '../store/postgres/insert-seed-users.ts';
import { SAMPLE_ACCOUNTS, SAMPLE_PASSWORD } from './sample-accounts.ts';
import { sampleUserUuid, toSeedUser } from './to-seed-user.ts';

/** Adds the sample accounts that are missing; those that are there stay as they are. @returns one line for people. */
export async function seed(postgresUrl: string, logger: Logger): Promise<string> {
  const pool = createPool({ connectionString: postgresUrl, applicationName: 'users-seed', logger });
  const passwords = await createPasswordHasher();
  try {
    const numbered = SAMPLE_ACCOUNTS.map((account, index) => ({ account, n: index + 1 }));
    const present = await findSeededIds(
      pool,
      numbered.map(({ n }) => sampleUserUuid(n)),
    );
    const missing = await Promise.all(
      numbered
        .filter(({ n }) => !present.has(sampleUserUuid(n)))
        .map(async ({ account, n }) => toSeedUser(account, n, await passwords.hash(SAMPLE_PASSWORD))),
    );
    const added = await insertSeedUsers(pool, missing);
    const total = numbered.length;
    return added === 0
      ? `users: nothing to seed, ${present.size} of ${total} sample accounts are there`
      : `users: added ${added} of ${total} sample accounts`;
  } finally {
    await passwords.close();
    await pool.end();
  }
}
