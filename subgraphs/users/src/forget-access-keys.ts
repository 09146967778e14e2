import type { Logger } from '@tributary/service-kit';
import { createPool } from '@tributary/subgraph-kit/postgres';
import { createPostgresSigningKeyStore } from './store/postgres/postgres-signing-key-store.ts';

/**
 * After a leak: no key of access tokens is kept. Instances find none within a minute, and begin again with what is in
 * `ACCESS_TOKEN_KEY_FILE`: that has to be a new one, in all of them, before.
 *
 * @returns What was done, for who called.
 */
export async function forgetAccessKeys(postgresUrl: string, logger: Logger): Promise<string> {
  const pool = createPool({ connectionString: postgresUrl, applicationName: 'users-keys', logger });
  try {
    let kids: readonly string[] = [];
    await createPostgresSigningKeyStore(pool).change((keys) => {
      kids = keys.map(({ kid }) => kid);
      return Promise.resolve({ add: undefined, remove: kids });
    }, new Date());
    return `forgotten: ${kids.length === 0 ? 'there was no key' : kids.join(', ')}`;
  } finally {
    await pool.end();
  }
}
