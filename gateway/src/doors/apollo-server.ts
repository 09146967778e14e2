import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { createErrorFormatter, type Logger } from '@tributary/service-kit';
import type { GatewayContext } from '../request.ts';
import { createCurrentSnapshot, type CurrentSnapshot } from '../supergraph/current-snapshot.ts';
import { openFileSource } from '../supergraph/file-source.ts';
import { createExecutingGateway } from './executing-gateway.ts';

export interface ApolloServerOptions {
  readonly supergraphFile: string;
  readonly introspection: boolean;
  readonly subgraphTimeoutMs: number;
  readonly logger: Logger;
}

/**
 * Apollo Server over a supergraph file; started, so its first query is answered.
 *
 * @throws StartupError for an unreadable file, or the composition library's error for a supergraph it cannot load.
 */
export async function startApolloServer(options: ApolloServerOptions): Promise<ApolloServer<GatewayContext>> {
  const { supergraphFile, introspection, subgraphTimeoutMs, logger } = options;
  let snapshots: CurrentSnapshot | undefined;
  const source = await openFileSource({
    path: supergraphFile,
    logger,
    onChange: async (sdl) => {
      await snapshots?.replace(sdl);
    },
  });
  try {
    snapshots = createCurrentSnapshot(source.sdl);
  } catch (error) {
    source.stop();
    throw error;
  }
  const server = new ApolloServer<GatewayContext>({
    gateway: createExecutingGateway(snapshots, subgraphTimeoutMs, () => {
      source.stop();
    }),
    introspection,
    formatError: createErrorFormatter(logger, true),
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginLandingPageDisabled()],
    logger,
  });
  await server.start();
  return server;
}
