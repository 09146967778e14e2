import { startHttpServer, type HttpServer, type Logger, type Routes } from '@tributary/service-kit';
import { postgresReadiness } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import { createKeyStore } from './access/key-store.ts';
import { createLauncher } from './graphs/launcher.ts';
import { createPostgresGraphStore } from './graphs/postgres-graph-store.ts';
import { platformRoute } from './platform/platform-route.ts';
import { loadPlatformSchema } from './platform/platform-schema.ts';
import { createSchemaWorkers } from './schema-work/schema-workers.ts';
import { SUPERGRAPH_PATH, supergraphRoute } from './uplink/supergraph-route.ts';
import { uplinkRoute } from './uplink/uplink-route.ts';

export interface RegistryOptions {
  readonly pool: pg.Pool;
  readonly logger: Logger;
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Undefined: the address it listens on. */
  readonly publicUrl: string | undefined;
  readonly maxSchemaBytes: number;
  readonly schemaTimeoutMs: number;
  readonly uplinkMinDelaySeconds: number;
}

export interface Registry {
  /** Begins to answer requests. @returns the origin that reaches it, without a trailing slash. */
  start(): Promise<string>;
  /** Finishes the requests in flight; the pool stays open. */
  stop(): Promise<void>;
}

/** The registry, wired and ready to start. */
export async function createRegistry(options: RegistryOptions): Promise<Registry> {
  const { pool, logger, host, port } = options;
  let server: HttpServer | undefined;
  const publicUrl = (): string => options.publicUrl?.replace(/\/$/, '') ?? server?.url ?? '';
  const workers = createSchemaWorkers({ timeoutMs: options.schemaTimeoutMs });
  const graphs = createPostgresGraphStore(pool);
  const keys = createKeyStore(pool);
  const launcher = createLauncher(graphs, workers);
  const routes: Routes = {
    '/graphql': platformRoute({
      schema: await loadPlatformSchema(),
      logger,
      graphs,
      launcher,
      keys,
      publicUrl,
      maxSchemaBytes: options.maxSchemaBytes,
    }),
    '/uplink': await uplinkRoute({ graphs, keys, minDelaySeconds: options.uplinkMinDelaySeconds, logger }),
    [SUPERGRAPH_PATH]: supergraphRoute({ graphs, keys }),
  };
  return {
    start: async () => {
      server = await startHttpServer({ host, port, routes, readiness: [postgresReadiness(pool)], logger });
      return server.url;
    },
    stop: async () => {
      server?.beginDrain();
      await server?.close();
      await workers.close();
    },
  };
}
