import { ApolloServer, type BaseContext } from '@apollo/server';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import {
  ANONYMOUS,
  createErrorFormatter,
  createViewerTokenVerifier,
  graphqlRoute,
  type Logger,
  type RouteHandler,
  type Trust,
  type UpgradeDoor,
  type Viewer,
} from '@tributary/service-kit';
import { parse } from 'graphql';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isSchemaQuery } from './is-schema-query.ts';
import type { SubscriptionLimits } from './subscriptions/limits.ts';
import { createSubscriptionDoor } from './subscriptions/subscription-door.ts';

/** Entity batches from the gateway are the largest requests a subgraph sees. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

export interface SubgraphContext extends BaseContext {
  readonly viewer: Viewer;
}

export interface SubgraphOptions<TContext extends SubgraphContext> {
  /** Name in rover.yaml; also the audience of the tokens this subgraph accepts. */
  readonly name: string;
  /** The contract, as in `schema/<name>.graphql`. */
  readonly typeDefs: string;
  readonly resolvers: GraphQLResolverMap<TContext>;
  /** Called once per request: loaders made here live exactly as long as the request. Of the response it may set headers. */
  readonly createContext: (viewer: Viewer, request: IncomingMessage, response: ServerResponse) => TContext;
  /** With it the contract's subscriptions are served: `Subgraph.door`. */
  readonly subscriptions?: {
    /** Like `createContext`, for every event: there is no request, and no response to set headers of. */
    readonly createContext: (viewer: Viewer) => TContext;
    readonly limits?: Partial<SubscriptionLimits> | undefined;
  };
  readonly trust: Trust;
  readonly logger: Logger;
  /** Answers schema queries of anybody, without a token, so that rover and IDEs work. Development only. */
  readonly introspection: boolean;
}

export interface Subgraph {
  readonly route: RouteHandler;
  /** Where clients subscribe, at the same path as `route`; the HTTP server closes it. Undefined: nowhere. */
  readonly door: UpgradeDoor | undefined;
  stop(): Promise<void>;
}

/** A federation subgraph that refuses every request its trust table does not vouch for. */
export async function createSubgraph<TContext extends SubgraphContext>(
  options: SubgraphOptions<TContext>,
): Promise<Subgraph> {
  const schema = buildSubgraphSchema({
    typeDefs: parse(options.typeDefs),
    resolvers: options.resolvers as GraphQLResolverMap<unknown>,
  });
  const server = new ApolloServer<TContext>({
    schema,
    introspection: options.introspection,
    formatError: createErrorFormatter(options.logger, false),
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    // The gateway is the only client and sends plain JSON; browsers cannot hold the token this server asks for.
    csrfPrevention: true,
    persistedQueries: false,
    // How long each field took, for a gateway that asks; without what errors say.
    plugins: [ApolloServerPluginInlineTrace({ includeErrors: { masked: true } })],
    logger: options.logger,
  });
  await server.start();
  const verifier = createViewerTokenVerifier(options.name, options.trust);
  const { subscriptions, logger } = options;
  return {
    door: subscriptions && createSubscriptionDoor({ schema, verifier, logger, ...subscriptions }),
    route: graphqlRoute(server, {
      maxBodyBytes: MAX_BODY_BYTES,
      context: async (request, body, _clientGone, response) => {
        const { authorization } = request.headers;
        const viewer =
          authorization === undefined && options.introspection && isSchemaQuery(body)
            ? ANONYMOUS
            : await verifier.verify(authorization);
        return options.createContext(viewer, request, response);
      },
    }),
    stop: () => server.stop(),
  };
}
