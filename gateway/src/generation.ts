import type { Logger, RouteHandler, Routes } from '@tributary/service-kit';
import { createHttpPolicyDecider } from './authorization/policy-decider.ts';
import type { Credentials } from './auth/credentials.ts';
import type { ServingConfig } from './config/gateway-config.ts';
import { startApolloServer } from './doors/apollo-server.ts';
import { withCors } from './doors/cors.ts';
import { explorerRoutes } from './doors/explorer.ts';
import { graphqlDoor } from './doors/graphql.ts';
import { Overload } from './doors/overload.ts';
import { openSupergraphSource } from './sources/supergraph-source.ts';
import type { PipelineOptions } from './pipeline/answer-operation.ts';
import { createErrorDescriber } from './pipeline/describe-error.ts';
import { SharedAnswers } from './pipeline/shared-answers.ts';
import { openManifests } from './persisted-operations/manifest-source.ts';
import { PersistedOperations } from './persisted-operations/persisted-operations.ts';
import type { PlannerPool } from './planning/planner-pool.ts';
import { loadPlugins, stopPlugins } from './plugins/load-plugins.ts';
import { MemoryBuckets } from './rate-limit/memory-buckets.ts';
import { RateLimiter } from './rate-limit/rate-limiter.ts';
import { openRedisBuckets } from './rate-limit/redis-buckets.ts';
import { createConnections } from './subgraph-client/connections.ts';
import { SubgraphGuards } from './subgraph-client/subgraph-guard.ts';
import { SharedReads } from './subgraph-client/shared-reads.ts';
import { createCurrentSnapshot, type CurrentSnapshot } from './supergraph/current-snapshot.ts';
import type { Snapshot } from './supergraph/snapshot.ts';
import type { GatewayState } from './telemetry/metrics.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

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
  readonly snapshot: Snapshot;
  /** For whoever watches the gateway. */
  readonly state: Pick<GatewayState, 'operationCache' | 'subgraphs'>;
  /** Releases everything, once the last request it has begun is answered. */
  retire(): Promise<void>;
}

/**
 * Ready when it resolves: the supergraph is loaded, and what is asked most of the previous one is prepared.
 *
 * @throws when the supergraph cannot be read or served; nothing is left open then, but for what was passed in.
 */
export async function openGeneration(options: GenerationOptions, previous?: Snapshot): Promise<Generation> {
  const { config, credentials, logger, telemetry, explorerFolder } = options;
  const connections = createConnections();
  const sharedReads = config.sharing === 'off' ? undefined : new SharedReads();
  // Plugins, limits and headers may make two answers of equal queries.
  const answersDependOnRequest =
    config.plugins.length > 0 ||
    config.rateLimit !== undefined ||
    config.headerRules.all.length > 0 ||
    config.headerRules.subgraphs.size > 0;
  const sharedAnswers =
    config.sharing === 'queries' && !answersDependOnRequest ? new SharedAnswers() : undefined;
  const guards = new SubgraphGuards(config.subgraphShapes);
  const overload = new Overload(config.overload);
  const rateLimit = openRateLimiter(config.rateLimit, logger);
  const pipeline: PipelineOptions = {
    client: {
      connections,
      headerRules: config.headerRules,
      guardOf: (subgraph) => guards.of(subgraph),
      sharedReads,
      requestTimeoutMs: config.requestTimeoutMs,
      afterWrite: () => {
        sharedReads?.forget();
        sharedAnswers?.forget();
      },
    },
    authorization: config.authorization,
    policies: config.policies && createHttpPolicyDecider({ ...config.policies, logger }),
    demandControl: config.demandControl,
    rateLimiter: rateLimit?.limiter,
    maxEntities: config.maxEntitiesPerRequest,
    formatError: createErrorDescriber({ logger, ...config }),
  };
  // Released in this order.
  const resources: (() => unknown)[] = [
    () => {
      overload.stop();
    },
    () => connections.close(),
    () => rateLimit?.buckets.stop(),
  ];
  const release = async (): Promise<void> => {
    for (const each of resources.splice(0)) await each();
  };
  try {
    const plugins = await loadPlugins(config.plugins, logger);
    resources.unshift(() => stopPlugins(plugins, logger));
    const { snapshots, source } = await openSnapshots(options, previous);
    resources.unshift(() => {
      source.stop();
    });
    snapshots.onChange(() => sharedAnswers?.forget());
    const apolloServer = await startApolloServer({
      snapshots,
      pipeline,
      introspection: config.introspection,
      csrfHeaders: config.csrfHeaders,
      maxTokens: config.limits.maxTokens,
      logger,
    });
    resources.unshift(() => apolloServer.stop());
    const persistedOperations = await openPersistedOperations(config.persistedOperations, logger);
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
    const requests = new RequestsInFlight();
    const routes = {
      '/graphql': withCors(config.cors, config.explorer ? browsersToExplorer(graphql) : graphql),
      ...(config.explorer
        ? await explorerRoutes({ folder: explorerFolder, operationsFolder: config.operationsFolder })
        : {}),
    };
    return {
      routes: { ...routes, '/graphql': requests.counted(routes['/graphql']) },
      get snapshot() {
        return snapshots.current;
      },
      get state() {
        return { operationCache: snapshots.current.operations.statistics, subgraphs: guards };
      },
      retire: async () => {
        await requests.done();
        credentials.stop();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function openSnapshots(
  { config, planners, logger, telemetry: { metrics } }: GenerationOptions,
  previous?: Snapshot,
) {
  let snapshots: CurrentSnapshot | undefined;
  const source = await openSupergraphSource(config.supergraph, {
    logger,
    onUnavailable: () => metrics?.onSupergraph('unavailable'),
    onChange: async (sdl) => {
      try {
        await snapshots?.replace(sdl);
      } catch (error) {
        metrics?.onSupergraph('refused');
        throw error;
      }
      metrics?.onSupergraph('served');
      await source.lastGood?.keep(sdl);
    },
  });
  const options = {
    planners,
    introspection: config.introspection,
    limits: config.limits,
    authorization: config.authorization.directives,
    filterIntrospection: config.authorization.filterIntrospection,
    costs: config.rateLimit !== undefined || (config.demandControl?.appliesTo ?? false),
    operationCacheBytes: config.operationCacheBytes,
    onWarnings: (codes: readonly string[], operation: { readonly operationName: string | undefined }) => {
      logger.warn(
        { 'graphql.operation.name': operation.operationName, 'graphql.limits': codes },
        'operation beyond limits',
      );
    },
  };
  const serve = (sdl: string): Promise<CurrentSnapshot> => createCurrentSnapshot(sdl, options, previous);
  try {
    snapshots = await serve(source.content).catch(async (error: unknown) => {
      const lastGood = await source.lastGood?.read();
      if (lastGood === undefined || lastGood === source.content) throw error;
      metrics?.onSupergraph('refused');
      logger.error({ err: error }, 'supergraph refused, beginning with the last good one');
      return serve(lastGood);
    });
    await source.lastGood?.keep(snapshots.current.supergraphSdl);
    return { snapshots, source };
  } catch (error) {
    source.stop();
    throw error;
  }
}

function openRateLimiter(config: ServingConfig['rateLimit'], logger: Logger) {
  if (config === undefined) return undefined;
  const { redis, ...options } = config;
  const buckets = redis === undefined ? new MemoryBuckets() : openRedisBuckets({ ...redis, logger });
  return { buckets, limiter: new RateLimiter(options, buckets, logger) };
}

async function openPersistedOperations(
  { manifests: paths, hotReload, ...config }: ServingConfig['persistedOperations'],
  logger: Logger,
): Promise<{ readonly operations: PersistedOperations; stop(): void }> {
  const manifests = paths.length === 0 ? undefined : await openManifests({ paths, hotReload, logger });
  return {
    operations: new PersistedOperations({ ...config, manifests, logger }),
    stop: () => manifests?.stop(),
  };
}

/** What was begun by one generation is finished by it. */
class RequestsInFlight {
  #count = 0;
  #onDone: (() => void) | undefined;

  counted(route: RouteHandler): RouteHandler {
    return (request, response, url) => {
      this.#count += 1;
      response.once('close', () => {
        this.#count -= 1;
        if (this.#count === 0) this.#onDone?.();
      });
      return route(request, response, url);
    };
  }

  done(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDone = resolve;
      if (this.#count === 0) resolve();
    });
  }
}

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
