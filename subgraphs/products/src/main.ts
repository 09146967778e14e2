import { createLogger, runCommands, type Logger } from '@tributary/service-kit';
import { loadConfig, loadStoreConfig, type StoreConfig } from './config.ts';
import { seedProducts } from './seed/seed-products.ts';
import { EXPORT_HELP, IMPORT_HELP, runExport, runImport } from './exchange/commands.ts';
import { serve } from './serve.ts';
import type { MongoDatabase } from './store/mongo/database.ts';
import { assertMigrated, migrateMongo } from './store/mongo/migrate-mongo.ts';
import { createMongoEventStore } from './store/mongo/mongo-event-store.ts';
import { openReachableMongo } from './store/mongo/open-reachable-mongo.ts';

const HELP = `The products subgraph.

  main.ts [serve]   answer requests (the default)
  main.ts migrate   create the collections and indexes that are missing
  main.ts seed      add what is missing of the sample catalogue
  main.ts import    create and change products as a file says: import --help
  main.ts announce      tell the subscribers of events of every product
  main.ts retry-events  deliver the events that were given up once more
  main.ts export    write the whole catalogue to a file: export --help
  main.ts --help    print this

It is configured by environment variables: see subgraphs/products/README.md.
`;

async function withDatabase<T>(
  work: (database: MongoDatabase, logger: Logger, config: StoreConfig) => Promise<T>,
): Promise<T> {
  const config = loadStoreConfig(process.env);
  const database = await openReachableMongo(config.MONGODB_URI);
  try {
    return await work(database, createLogger('products', config.LOG_LEVEL), config);
  } finally {
    await database.close();
  }
}

const [, ...commandArgs] = process.argv.slice(2);
const asksForHelp = commandArgs.includes('--help') || commandArgs.includes('-h');

await runCommands(process.argv.slice(2), {
  name: 'products',
  help: HELP,
  serve: () => serve(loadConfig(process.env)),
  others: {
    migrate: () =>
      withDatabase(async (database, logger) => {
        await migrateMongo(database, logger);
        return undefined;
      }),
    import: async () =>
      asksForHelp
        ? IMPORT_HELP.trimEnd()
        : withDatabase(async (database, _logger, { MEDIA_BASE_URL }) => {
            await assertMigrated(database);
            const print = (line: string): void => void process.stderr.write(`${line}\n`);
            return runImport(commandArgs, database, MEDIA_BASE_URL, print);
          }),
    export: async () =>
      asksForHelp
        ? EXPORT_HELP.trimEnd()
        : withDatabase(async (database, _logger, { MEDIA_BASE_URL }) => {
            await assertMigrated(database);
            return runExport(commandArgs, database, MEDIA_BASE_URL);
          }),
    announce: () =>
      withDatabase(async (database) => {
        await assertMigrated(database);
        const count = await createMongoEventStore(database.collections).announceAll();
        return `${count} products will be told of.`;
      }),
    'retry-events': () =>
      withDatabase(async (database) => {
        await assertMigrated(database);
        const count = await createMongoEventStore(database.collections).retryDead(new Date());
        return `${count} events will be delivered once more.`;
      }),
    seed: () =>
      withDatabase(async (database, logger) => {
        await assertMigrated(database);
        await seedProducts(database.collections, logger);
        return undefined;
      }),
  },
});
