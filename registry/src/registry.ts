import { startHttpServer, type HttpServer, type Logger } from '@tributary/service-kit';
import { postgresReadiness } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import { createAdmission, type AdmissionLimits } from './access/admission.ts';
import { createKeyStore } from './access/key-store.ts';
import { createSessionStore } from './access/session-store.ts';
import { createCheckStore } from './checks/check-store.ts';
import { createChecker } from './checks/checker.ts';
import { createLinter } from './checks/linter.ts';
import { createContractStore } from './graphs/contract-store.ts';
import { createLauncher } from './graphs/launcher.ts';
import { createPostgresGraphStore } from './graphs/postgres-graph-store.ts';
import { createConsoleQueries } from './pages/console-queries.ts';
import { consoleRoutes } from './pages/console-routes.ts';
import { createDescribeSupergraph } from './pages/describe-supergraph.ts';
import { createPersistedOperationStore } from './persisted-operations/persisted-operation-store.ts';
import { platformRoute } from './platform/platform-route.ts';
import { loadPlatformSchema } from './platform/platform-schema.ts';
import { withDatabaseErrors } from './store/database-unavailable.ts';
import { PLUGINS_PATH, pluginsRoute } from './rover-plugins/plugins-route.ts';
import { createSchemaWorkers } from './schema-work/schema-workers.ts';
import { MANIFESTS_PATH, manifestRoute } from './uplink/manifest-route.ts';
import { SUPERGRAPH_PATH, supergraphRoute } from './uplink/supergraph-route.ts';
import { uplinkRoute } from './uplink/uplink-route.ts';
import { forgetOldUsage } from './usage/forget-old-usage.ts';
import { INGEST_PATH, ingestRoute } from './usage/ingest-route.ts';
import { createUsageRecorder } from './usage/usage-recorder.ts';
import { createUsageStore } from './usage/usage-store.ts';
import type { LintLevel } from './schema-work/protocol.ts';

/** How long a registry that stops goes on answering, until balancers have seen it. */
const DRAIN_MS = 1_000;

export interface RegistryOptions {
  readonly pool: pg.Pool;
  readonly logger: Logger;
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** Undefined: the address it listens on. */
  readonly publicUrl: string | undefined;
  /** Where the console's link to the explorer leads; undefined: it has none. */
  readonly explorerUrl: string | undefined;
  readonly maxSchemaBytes: number;
  readonly schemaTimeoutMs: number;
  readonly limits: AdmissionLimits;
  readonly uplinkMinDelaySeconds: number;
  /** How far back checks look for use when nobody says, in milliseconds. */
  readonly checkWindowMs: number;
  /** Whether breaking changes pass while no operation was recorded. */
  readonly passWithoutOperations: boolean;
  readonly lintLevels: Readonly<Record<string, LintLevel>>;
  /** How long usage is kept, in milliseconds. */
  readonly usageRetentionMs: number;
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
  const sessions = createSessionStore(pool);
  const admission = createAdmission({ keys, sessions, limits: options.limits });
  const contracts = createContractStore(pool);
  const launcher = createLauncher({ store: graphs, contracts, workers });
  const usage = createUsageStore(pool);
  const checks = createCheckStore(pool);
  const persisted = createPersistedOperationStore(pool);
  const linter = createLinter(workers, options.lintLevels);
  const { checkWindowMs: windowMs, passWithoutOperations } = options;
  const checker = createChecker({
    graphs,
    contracts,
    usage,
    persisted,
    checks,
    workers,
    linter,
    windowMs,
    passWithoutOperations,
  });
  const recorder = createUsageRecorder({ pool });
  const routes = withDatabaseErrors({
    '/graphql': platformRoute({
      schema: await loadPlatformSchema(),
      logger,
      admission,
      graphs,
      contracts,
      launcher,
      checker,
      checks,
      linter,
      persisted,
      workers,
      keys,
      publicUrl,
      maxSchemaBytes: options.maxSchemaBytes,
    }),
    '/uplink': await uplinkRoute({
      graphs,
      persisted,
      admission,
      publicUrl,
      minDelaySeconds: options.uplinkMinDelaySeconds,
      logger,
    }),
    [PLUGINS_PATH]: pluginsRoute(admission),
    [MANIFESTS_PATH]: manifestRoute(persisted, admission),
    [SUPERGRAPH_PATH]: supergraphRoute({ graphs, admission }),
    ...(await consoleRoutes(
      {
        admission,
        graphs,
        contracts,
        launcher,
        checks,
        keys,
        sessions,
        workers,
        queries: createConsoleQueries(pool),
        describeSupergraph: createDescribeSupergraph(graphs, workers),
        publicUrl,
        explorerUrl: options.explorerUrl,
      },
      options.publicUrl?.startsWith('https:') === true,
    )),
    [INGEST_PATH]: ingestRoute({ admission, recorder }),
  });
  let stopForgetting: (() => void) | undefined;
  return {
    start: async () => {
      stopForgetting = forgetOldUsage({ usage, retentionMs: options.usageRetentionMs, logger });
      launcher.catchUp().catch((error: unknown) => {
        logger.error({ err: error }, 'contracts stay behind until their source is launched again');
      });
      server = await startHttpServer({ host, port, routes, readiness: [postgresReadiness(pool)], logger });
      return server.url;
    },
    stop: async () => {
      server?.beginDrain();
      stopForgetting?.();
      await server?.close(DRAIN_MS);
      await recorder.close();
      await workers.close();
    },
  };
}
