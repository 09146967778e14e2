import type { Logger, RouteHandler, Routes } from '@tributary/service-kit';
import { createHttpPolicyDecider } from './authorization/policy-decider.ts';
import type { Credentials } from './auth/credentials.ts';
import type { ServingConfig } from './config/gateway-config.ts';
import { startApolloServer } from './doors/apollo-server.ts';
import { withCors } from './doors/cors.ts';
import { CLIENT_NAME_HEADER } from './doors/document-of-request.ts';
import { explorerRoutes } from './doors/explorer.ts';
import { graphqlDoor } from './doors/graphql.ts';
import { Overload } from './doors/overload.ts';
import type { PipelineOptions } from './pipeline/answer-operation.ts';
import { createErrorDescriber } from './pipeline/describe-error.ts';
import { SharedAnswers } from './pipeline/shared-answers.ts';
import { openManifests } from './persisted-operations/manifest-source.ts';
import { PersistedOperations } from './persisted-operations/persisted-operations.ts';
import type { PlannerPool } from './planning/planner-pool.ts';
import { loadPlugins, stopPlugins } from './plugins/load-plugins.ts';
import type { Buckets } from './rate-limit/buckets.ts';
import { MemoryBuckets } from './rate-limit/memory-buckets.ts';
import { RateLimiter } from './rate-limit/rate-limiter.ts';
import type { RedisBucketsOptions } from './rate-limit/redis-buckets.ts';
import { signers } from './subgraph-client/signers.ts';
import { createConnections } from './subgraph-client/connections.ts';
import { headersTellReadsApart } from './subgraph-client/headers-of-reads.ts';
import { SubgraphGuards } from './subgraph-client/subgraph-guard.ts';
import { SharedReads } from './subgraph-client/shared-reads.ts';
import type { Serving } from './supergraph/current-snapshot.ts';
import type { Snapshot } from './supergraph/snapshot.ts';
import { openSnapshots } from './open-snapshots.ts';
import { openSubgraphTls } from './tls/subgraph-tls.ts';
import type { GatewayState } from './telemetry/metrics.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { warnOfUnknownSubgraphs } from './warn-of-unknown-subgraphs.ts';

export interface GenerationOptions {
  readonly config: ServingConfig;
  /** Stopped with the generation. */
  readonly credentials: Credentials;
  /** Threads that prepare operations; whoever made them closes them. */
  readonly planners: PlannerPool;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** Folder of the built explorer. */
  readonly explorerFolder: string;
}

/** Everything that one configuration makes of the gateway, but for the address it listens on. */
export interface Generation {
  readonly routes: Routes;
  /** For the next configuration. */
  readonly serving: Serving;
  /** For whoever watches the gateway. */
  readonly state: Pick<GatewayState, 'operationCache' | 'subgraphs' | 'hasCanary'>;
  /**
   * Releases everything.
   *
   * @param requestsEnded Resolves when the last request on its routes has ended; undefined: there is none.
   */
  retire(requestsEnded?: Promise<void>): Promise<void>;
}

/**
 * Ready when it resolves: the supergraph is loaded, and what is asked most of the previous one is prepared.
 *
 * @throws when the supergraph cannot be read or served; nothing is left open then, but for what was passed in.
 */
export async function openGeneration(options: GenerationOptions, previous?: Serving): Promise<Generation> {
  const { config, credentials, logger, telemetry, explorerFolder } = options;
  const rateLimit = await openRateLimiter(config.rateLimit, logger);
  const tls = config.subgraphTls && (await openSubgraphTls(config.subgraphTls, logger));
  const connections = createConnections(tls && ((subgraph) => tls.of(subgraph)));
  const sharedReads = config.sharing === 'off' ? undefined : new SharedReads();
  // Plugins, limits and headers may make two answers of equal queries.
  const answersDependOnRequest =
    config.plugins.length > 0 ||
    config.rateLimit !== undefined ||
    headersTellReadsApart(config.headerRules, config.responseHeaderRules);
  const sharedAnswers =
    config.sharing === 'queries' && !answersDependOnRequest
      ? { current: new SharedAnswers(), canary: new SharedAnswers() }
      : undefined;
  const forgetAnswers = (): void => {
    sharedAnswers?.current.forget();
    sharedAnswers?.canary.forget();
  };
  const guards = new SubgraphGuards(config.subgraphShapes, signers(config.subgraphSignatures));
  const overload = new Overload(config.overload);
  const pipeline: PipelineOptions = {
    client: {
      connections,
      headerRules: config.headerRules,
      responseHeaderRules: config.responseHeaderRules,
      guardOf: (subgraph) => guards.of(subgraph),
      sharedReads,
      requestTimeoutMs: config.requestTimeoutMs,
      afterWrite: () => {
        sharedReads?.forget();
        forgetAnswers();
      },
    },
    authorization: config.authorization,
    policies: config.policies && createHttpPolicyDecider({ ...config.policies, logger }),
    demandControl: config.demandControl,
    rateLimiter: rateLimit?.limiter,
    planExposure: config.planExposure,
    maxEntities: config.maxEntitiesPerRequest,
    overrides: config.overrides,
    varyBy: ['accept', ...(credentials.headers ?? ['authorization']), ...documentsVaryBy(config)],
    formatError: createErrorDescriber({ logger, ...config }),
  };
  // Released in this order.
  const resources: (() => unknown)[] = [
    () => {
      overload.stop();
    },
    () => connections.close(),
    () => tls?.stop(),
    () => rateLimit?.buckets.stop(),
  ];
  const release = async (): Promise<void> => {
    for (const each of resources.splice(0)) await each();
  };
  try {
    const plugins = await loadPlugins(config.plugins, logger);
    resources.unshift(() => stopPlugins(plugins, logger));
    const supergraphs = await openSnapshots(options, previous);
    resources.unshift(() => {
      supergraphs.stop();
    });
    const { snapshots } = supergraphs;
    snapshots.onChange(forgetAnswers);
    const look = (snapshot: Snapshot): void => {
      warnOfUnknownSubgraphs(config, snapshot, logger);
    };
    snapshots.onChange(look);
    look(snapshots.current);
    const apolloServer = await startApolloServer({
      snapshots,
      pipeline,
      introspection: config.introspection,
      csrfHeaders: config.csrfHeaders,
      maxTokens: config.limits.maxTokens,
      logger,
    });
    resources.unshift(() => apolloServer.stop());
    const persistedOperations = await openPersistedOperations(config, logger);
    resources.unshift(persistedOperations.stop);
    const graphql = graphqlDoor({
      snapshots,
      pipeline,
      credentials,
      apolloServer,
      persistedOperations: persistedOperations.operations,
      plugins,
      sharedAnswers,
      maxBodyBytes: config.maxBodyBytes,
      overload,
      telemetry,
    });
    const routes = {
      '/graphql': withCors(config.cors, config.explorer ? browsersToExplorer(graphql) : graphql),
      ...(config.explorer
        ? await explorerRoutes({ folder: explorerFolder, operationsFolder: config.operationsFolder })
        : {}),
    };
    return {
      routes,
      serving: snapshots,
      get state() {
        return {
          operationCache: snapshots.current.operations.statistics,
          subgraphs: guards,
          hasCanary: snapshots.canary !== undefined,
        };
      },
      retire: async (requestsEnded) => {
        snapshots.stop();
        await requestsEnded;
        credentials.stop();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function openRateLimiter(config: ServingConfig['rateLimit'], logger: Logger) {
  if (config === undefined) return undefined;
  const { redis, ...options } = config;
  const buckets = redis === undefined ? new MemoryBuckets() : await openRedis({ ...redis, logger });
  return { buckets, limiter: new RateLimiter(options, buckets, logger) };
}

/** The client of Redis is loaded where there is one: it is as large as the rest of the gateway's own code. */
async function openRedis(options: RedisBucketsOptions): Promise<Buckets> {
  const { openRedisBuckets } = await import('./rate-limit/redis-buckets.ts');
  return openRedisBuckets(options);
}

async function openPersistedOperations(
  { persistedOperations, limits: { maxTokens } }: ServingConfig,
  logger: Logger,
): Promise<{ readonly operations: PersistedOperations; stop(): void }> {
  const { manifests: paths, hotReload, registry, ...config } = persistedOperations;
  const manifests =
    paths.length === 0 && registry === undefined
      ? undefined
      : await openManifests({ paths, hotReload, registry, logger });
  return {
    operations: new PersistedOperations({ ...config, maxTokens, manifests, logger }),
    stop: () => manifests?.stop(),
  };
}

/** A registered operation may be another one for each client. */
const documentsVaryBy = ({
  persistedOperations: { manifests, registry },
}: ServingConfig): readonly string[] =>
  manifests.length === 0 && registry === undefined ? [] : [CLIENT_NAME_HEADER];

/** A person who opens the endpoint in a browser wants the explorer. */
function browsersToExplorer(route: RouteHandler): RouteHandler {
  return (request, response, url) => {
    const asksForPage =
      request.method === 'GET' && url.search === '' && (request.headers.accept ?? '').includes('text/html');
    if (!asksForPage) return route(request, response, url);
    response.writeHead(302, { location: '/' }).end();
    return undefined;
  };
}
