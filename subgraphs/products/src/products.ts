import { startHttpServer, type HttpServer, type Logger, type Trust } from '@tributary/service-kit';
import { createSubgraph, personalDataRoute } from '@tributary/subgraph-kit';
import { trustedEventsRoutes } from '@tributary/subgraph-kit/events';
import { createContext, type ProductsContext } from './context.ts';
import { mediaRoute } from './media-route.ts';
import { createResolvers } from './resolvers/index.ts';
import { readTypeDefs } from './schema.ts';
import type { ProductsStore } from './store/products-store.ts';
import { createWatchers } from './subscriptions/watchers.ts';
import { createSweeper } from './sweeper.ts';
import { handleUserEvent } from './user-events.ts';

const SWEEP_INTERVAL_MS = 5_000;

export interface ProductsOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Origin under which clients reach this service's `/media/`. */
  readonly mediaBaseUrl: string;
  readonly introspection: boolean;
  /** Whether reviews show before they were looked at (`after`) or only then; `after` without it. */
  readonly reviewModeration?: 'after' | 'before';
  /** Who may sign requests. */
  readonly trust: Trust;
  readonly store: ProductsStore;
  readonly logger: Logger;
  /** Tests turn the clock. */
  readonly now?: () => Date;
  readonly sweepIntervalMs?: number;
}

export interface Products {
  /**
   * Begins to answer requests and to sweep.
   *
   * @returns the origin that reaches the service, without a trailing slash; GraphQL is at /graphql.
   */
  start(): Promise<string>;
  /** What the background sweep does, now. */
  sweep(): Promise<void>;
  /** Finishes what is in flight; the store stays open. */
  stop(): Promise<void>;
}

/** The products subgraph, wired and ready to start. */
export async function createProducts(options: ProductsOptions): Promise<Products> {
  const { store, trust, logger, host, port, now = () => new Date() } = options;
  const watchers = createWatchers(store.versions, logger);
  const subgraph = await createSubgraph<ProductsContext>({
    name: 'products',
    typeDefs: await readTypeDefs(),
    resolvers: createResolvers(
      {
        store,
        now,
        mediaBaseUrl: options.mediaBaseUrl,
        reviewModeration: options.reviewModeration ?? 'after',
      },
      watchers,
    ),
    createContext: (viewer) => createContext(store, viewer),
    subscriptions: { createContext: (viewer) => createContext(store, viewer) },
    trust,
    logger,
    introspection: options.introspection,
  });
  const sweeper = createSweeper({
    store,
    now,
    logger,
    intervalMs: options.sweepIntervalMs ?? SWEEP_INTERVAL_MS,
  });
  let server: HttpServer | undefined;
  return {
    start: async () => {
      const routes = {
        '/graphql': subgraph.route,
        '/media/': mediaRoute(store.media),
        '/personal-data': personalDataRoute({ name: 'products', trust, collect: store.personalData.collect }),
        ...trustedEventsRoutes({
          trust,
          sender: 'users',
          handle: (event) => handleUserEvent(event, store),
          now,
        }),
      };
      const readiness = [{ name: 'mongodb', check: store.ping }];
      const upgrades = subgraph.door === undefined ? {} : { '/graphql': subgraph.door };
      server = await startHttpServer({ host, port, routes, upgrades, readiness, logger });
      for (const watcher of Object.values(watchers)) watcher.start();
      sweeper.start();
      return server.url;
    },
    sweep: sweeper.sweep,
    stop: async () => {
      server?.beginDrain();
      await server?.close();
      await subgraph.stop();
      await Promise.all(Object.values(watchers).map((watcher) => watcher.stop()));
      await sweeper.stop();
    },
  };
}
