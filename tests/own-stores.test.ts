import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { migratePostgres } from '@tributary/subgraph-kit/postgres';
import { startStores } from '../scripts/system/start-stores.ts';

describe("a PostgreSQL of one's own", () => {
  it.each(['foo', 'mysql://host/x', 'postgres://:'])(
    'is refused by the name of its setting: %s',
    async (url) => {
      const options = { dataFolder: '/nowhere', mongodbUri: 'mongodb://x/y', onEvent: () => undefined };

      await expect(startStores({ ...options, postgresUrl: url })).rejects.toThrow(
        'POSTGRES_URL must be a postgres:// connection string.',
      );
    },
  );

  it('that does not answer is named by its setting when it is migrated', async () => {
    await expect(
      migratePostgres('postgres://x@127.0.0.1:1/users', '/nowhere', silentLogger()),
    ).rejects.toThrow(
      'The database that POSTGRES_URL names cannot be used: connect ECONNREFUSED 127.0.0.1:1.',
    );
  });
});
