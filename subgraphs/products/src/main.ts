import { createLogger, runCommands, type Logger } from '@tributary/service-kit';
import { loadConfig, loadStoreConfig } from './config.ts';
import { seedProducts } from './seed/seed-products.ts';
import { serve } from './serve.ts';
import type { MongoDatabase } from './store/mongo/database.ts';
import { assertMigrated, migrateMongo } from './store/mongo/migrate-mongo.ts';
import { openReachableMongo } from './store/mongo/open-reachable-mongo.ts';

const HELP = `The products subgraph.

  main.ts [serve]   answer requests (the default)
  main.ts migrate   create the collections and indexes that are missing
  main.ts seed      add what is missing of the sample catalogue
  main.ts --help    print this

It is configured by environment variables: see subgraphs/products/README.md.
`;

async function withDatabase(
  work: (database: MongoDatabase, logger: Logger) => Promise<void>,
): Promise<undefined> {
  const { MONGODB_URI, LOG_LEVEL } = loadStoreConfig(process.env);
  const database = await openReachableMongo(MONGODB_URI);
  await work(database, createLogger('products', LOG_LEVEL));
  await database.close();
}

await runCommands(process.argv.slice(2), {
  name: 'products',
  help: HELP,
  serve: () => serve(loadConfig(process.env)),
  others: {
    migrate: () => withDatabase(migrateMongo),
    seed: () =>
      withDatabase(async (database, logger) => {
        await assertMigrated(database);
        await seedProducts(database.collections, logger);
      }),
  },
});
