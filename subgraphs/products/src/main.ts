import { ConfigurationError, createLogger, runService, type Logger } from '@tributary/service-kit';
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

/** A command that ends by itself. */
async function once(work: (database: MongoDatabase, logger: Logger) => Promise<void>): Promise<never> {
  const { MONGODB_URI, LOG_LEVEL } = loadStoreConfig(process.env);
  const database = await openReachableMongo(MONGODB_URI);
  await work(database, createLogger('products', LOG_LEVEL));
  await database.close();
  // A parent's IPC channel would keep the process alive; the empty write ends after all that was written.
  return new Promise(() => {
    process.stdout.write('', () => process.exit(0));
  });
}

const COMMANDS = {
  serve: () => serve(loadConfig(process.env)),
  migrate: () => once(migrateMongo),
  seed: () =>
    once(async (database, logger) => {
      await assertMigrated(database);
      await seedProducts(database.collections, logger);
    }),
};

const command = process.argv[2] ?? 'serve';
if (command === '--help' || command === '-h') {
  process.stdout.write(HELP);
} else {
  await runService(async () => {
    const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command as keyof typeof COMMANDS] : undefined;
    if (run === undefined)
      throw new ConfigurationError('products', [`there is no command "${command}"; see --help`]);
    return run();
  });
}
