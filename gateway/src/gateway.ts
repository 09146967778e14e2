import {
  createErrorFormatter,
  startHttpServer,
  type Logger,
  type RouteHandler,
} from '@tributary/service-kit';
import type { Credentials } from './auth/credentials.ts';
import type { GatewayConfig } from './config.ts';
import { startApolloServer } from './doors/apollo-server.ts';
import { withCors } from './doors/cors.ts';
import { explorerRoutes } from './doors/explorer.ts';
import { graphqlDoor } from './doors/graphql.ts';
import type { PipelineOptions } from './pipeline/answer-operation.ts';
import { SharedAnswers } from './pipeline/shared-answers.ts';
import type { PlannerPool } from './planning/planner-pool.ts';
import { createConnections } from './subgraph-client/connections.ts';
import { SharedReads } from './subgraph-client/shared-reads.ts';
import { createCurrentSnapshot, type CurrentSnapshot } from './supergraph/current-snapshot.ts';
import { openFileSource } from './supergraph/file-source.ts';

export interface GatewayOptions {
  readonly config: Omit<GatewayConfig, 'authentication' | 'logLevel' | 'workers' | 'planningTimeoutMs'>;
  readonly credentials: Credentials;
  /** Threads that prepare operations; whoever made them closes them. */
  readonly planners: PlannerPool;
  readonly logger: Logger;
  /** Folder of the built explorer. */
  readonly explorerFolder: string;
}

export interface Gateway {
  readonly url: string;
  /**
   * Lets requests in flight finish, then releases everything.
   *
   * @param graceMs How long clients may go on with connections they have.
   */
  stop(graceMs?: number): Promise<void>;
}

/** A running gateway: once this resolves, the first query is answered. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, credentials, logger, explorerFolder } = options;
  const connections = createConnections();
  const sharedReads = config.sharing === 'off' ? undefined : new SharedReads();
  const sharedAnswers = config.sharing === 'queries' ? new SharedAnswers() : undefined;
  const pipeline: PipelineOptions = {
    client: {
      connections,
      sharedReads,
      afterWrite: () => {
        sharedReads?.forget();
        sharedAnswers?.forget();
      },
      timeoutMs: config.subgraphTimeoutMs,
      maxResponseBytes: config.maxSubgraphResponseBytes,
    },
    maxEntities: config.maxEntitiesPerRequest,
    formatError: createErrorFormatter(logger, true),
  };
  // Released in this order when the gateway stops, or when it cannot start.
  const resources: (() => unknown)[] = [];
  const release = async (): Promise<void> => {
    for (const each of resources.splice(0)) await each();
  };
  resources.push(
    () => connections.close(),
    () => {
      credentials.stop();
    },
  );
  try {
    const { snapshots, source } = await openSnapshots(options);
    resources.unshift(() => {
      source.stop();
    });
    snapshots.onChange(() => sharedAnswers?.forget());
    const apolloServer = await startApolloServer({
      snapshots,
      pipeline,
      introspection: config.introspection,
      logger,
    });
    resources.unshift(() => apolloServer.stop());
    const graphql = graphqlDoor({
      snapshots,
      pipeline,
      credentials,
      apolloServer,
      sharedAnswers,
      maxBodyBytes: config.maxBodyBytes,
    });
    const http = await startHttpServer({
      host: config.host,
      port: config.port,
      portSetting: '--port or PORT',
      logger,
      readiness: [],
      routes: {
        '/graphql': withCors(
          config.corsOrigins,
          config.introspection ? browsersToExplorer(graphql) : graphql,
        ),
        ...(config.introspection
          ? await explorerRoutes({ folder: explorerFolder, operationsFolder: config.operationsFolder })
          : {}),
      },
    });
    return {
      url: http.url,
      stop: async (graceMs) => {
        http.beginDrain();
        await http.close(graceMs);
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

async function openSnapshots({ config, planners, logger }: GatewayOptions) {
  let snapshots: CurrentSnapshot | undefined;
  const source = await openFileSource({
    path: config.supergraphFile,
    logger,
    onChange: async (sdl) => {
      await snapshots?.replace(sdl);
    },
  });
  try {
    snapshots = await createCurrentSnapshot(source.sdl, {
      planners,
      introspection: config.introspection,
      operationCacheBytes: config.operationCacheBytes,
    });
    return { snapshots, source };
  } catch (error) {
    source.stop();
    throw error;
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
