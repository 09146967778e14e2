import {
  createLogger,
  describeListenError,
  readJsonFile,
  StartupError,
  Trust,
  type RunningService,
} from '@tributary/service-kit';
import type { Config } from './config.ts';
import { createProducts, type Products } from './products.ts';
import { openReachableMongo } from './store/mongo/open-reachable-mongo.ts';
import { assertMigrated } from './store/mongo/migrate-mongo.ts';
import { createMongoProductsStore } from './store/mongo/mongo-products-store.ts';

/** Starts the service as configured, on its own database. */
export async function serve(config: Config): Promise<RunningService> {
  const logger = createLogger('products', config.LOG_LEVEL);
  const trust = await readJsonFile('products', 'TRUST_FILE', config.TRUST_FILE, Trust);
  const database = await openReachableMongo(config.MONGODB_URI);
  await assertMigrated(database);
  const products = await createProducts({
    host: config.HOST,
    port: config.PORT,
    mediaBaseUrl: config.MEDIA_BASE_URL,
    introspection: config.INTROSPECTION,
    trust,
    store: createMongoProductsStore(database, logger),
    logger,
  });
  logger.info({ url: await start(products, config) }, 'listening');
  return {
    stop: async () => {
      await products.stop();
      await database.close();
    },
  };
}

async function start(products: Products, config: Config): Promise<string> {
  try {
    return await products.start();
  } catch (error) {
    const explanation = describeListenError(error, config.HOST, config.PORT, 'PORT');
    if (explanation === undefined) throw error;
    throw new StartupError(explanation, { cause: error });
  }
}
