import { createLogger, readJsonFile, Trust, type RunningService } from '@tributary/service-kit';
import { readEventSubscribers } from '@tributary/subgraph-kit/events';
import type { Config } from './config.ts';
import { startEventDelivery } from './event-delivery.ts';
import { createProducts } from './products.ts';
import { openReachableMongo } from './store/mongo/open-reachable-mongo.ts';
import { assertMigrated } from './store/mongo/migrate-mongo.ts';
import { createMongoProductsStore } from './store/mongo/mongo-products-store.ts';

/** Starts the service as configured, on its own database. */
export async function serve(config: Config): Promise<RunningService> {
  const logger = createLogger('products', config.LOG_LEVEL);
  const trust = await readJsonFile('products', 'TRUST_FILE', config.TRUST_FILE, Trust);
  const subscribers = await readEventSubscribers('products', {
    subscribers: config.EVENT_SUBSCRIBERS_FILE,
    key: config.EVENT_KEY_FILE,
  });
  const database = await openReachableMongo(config.MONGODB_URI);
  await assertMigrated(database);
  const store = createMongoProductsStore(database, logger);
  const products = await createProducts({
    host: config.HOST,
    port: config.PORT,
    mediaBaseUrl: config.MEDIA_BASE_URL,
    introspection: config.INTROSPECTION,
    reviewModeration: config.REVIEW_MODERATION,
    trust,
    store,
    logger,
  });
  const delivery = await startEventDelivery({ events: store.events, subscribers, logger });
  logger.info({ url: await products.start() }, 'listening');
  return {
    stop: async () => {
      await delivery?.stop();
      await products.stop();
      await database.close();
    },
  };
}
