import {
  graphqlRoute,
  startHttpServer,
  type HttpServer,
  type Logger,
  type RouteHandler,
} from '@tributary/service-kit';
import type { Credentials } from './auth/credentials.ts';
import type { GatewayConfig } from './config.ts';
import { startApolloServer } from './doors/apollo-server.ts';
import { withCors } from './doors/cors.ts';
import { explorerRoutes } from './doors/explorer.ts';
import type { GatewayContext } from './request.ts';

export interface GatewayOptions {
  readonly config: Omit<GatewayConfig, 'authentication' | 'logLevel'>;
  readonly credentials: Credentials;
  readonly logger: Logger;
  /** Folder of the built explorer. */
  readonly explorerFolder: string;
}

export interface Gateway {
  readonly url: string;
  /** Lets requests in flight finish, then releases everything. */
  stop(): Promise<void>;
}

/** A running gateway: once this resolves, the first query is answered. */
export async function startGateway({
  config,
  credentials,
  logger,
  explorerFolder,
}: GatewayOptions): Promise<Gateway> {
  const server = await startApolloServer({ ...config, logger });
  const graphql = graphqlRoute<GatewayContext>(server, {
    maxBodyBytes: config.maxBodyBytes,
    context: async (request, _body, clientGone) => ({
      caller: await credentials.identify(request.headers.authorization),
      clientGone,
    }),
  });
  let http: HttpServer;
  try {
    http = await startHttpServer({
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
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url: http.url,
    stop: async () => {
      http.beginDrain();
      await http.close();
      await server.stop();
      credentials.stop();
    },
  };
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
