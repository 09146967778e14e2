import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { createErrorFormatter, type Logger } from '@tributary/service-kit';
import type { GatewayContext } from '../request.ts';
import { createSubgraphDataSource } from '../subgraph-client/subgraph-data-source.ts';
import { openFileSource, type FileSource } from '../supergraph/file-source.ts';

export interface ApolloServerOptions {
  readonly supergraphFile: string;
  readonly introspection: boolean;
  readonly subgraphTimeoutMs: number;
  readonly logger: Logger;
}

/**
 * Apollo Server over a supergraph file; started, so its first query is answered.
 *
 * @throws StartupError for an unreadable file, or the gateway's own error for a supergraph it cannot load.
 */
export async function startApolloServer(options: ApolloServerOptions): Promise<ApolloServer<GatewayContext>> {
  const { supergraphFile, introspection, subgraphTimeoutMs, logger } = options;
  const gateway = new ApolloGateway({
    logger,
    buildService: ({ name, url }) =>
      createSubgraphDataSource({ name, url: url ?? '', timeoutMs: subgraphTimeoutMs }),
    supergraphSdl: async ({ update }) => {
      const source: FileSource = await openFileSource({ path: supergraphFile, logger, onChange: update });
      return {
        supergraphSdl: source.sdl,
        cleanup: async () => {
          source.stop();
        },
      };
    },
  });
  const server = new ApolloServer<GatewayContext>({
    gateway,
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
