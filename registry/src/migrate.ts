import type { Logger } from '@tributary/service-kit';
import { migratePostgres } from '@tributary/subgraph-kit/postgres';
import { fileURLToPath } from 'node:url';

/** Brings the database to the newest schema. Safe to run again, and from several instances at once. */
export async function migrate(postgresUrl: string, logger: Logger): Promise<void> {
  await migratePostgres(
    postgresUrl,
    fileURLToPath(new URL('../src/store/migrations', import.meta.url)),
    logger,
  );
}
