import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { withLink, type FakeSubgraph, type RecordedRequest, type Resolvers } from './fake-subgraph.ts';

/** A subgraph on Apollo Server, for what only that does: it traces its fields for a gateway that asks (ftv1). */
export async function startApolloSubgraph(
  name: string,
  sdl: string,
  resolvers: Resolvers,
): Promise<FakeSubgraph> {
  const typeDefs = withLink(sdl);
  const requests: RecordedRequest[] = [];
  const server = new ApolloServer({
    schema: buildSubgraphSchema({ typeDefs: parse(typeDefs), resolvers }),
    stopOnTerminationSignals: false,
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    plugins: [
      ApolloServerPluginInlineTrace(),
      {
        requestDidStart: ({ request: { query = '', variables = {}, http } }) => {
          const headers = Object.fromEntries(http?.headers ?? []);
          requests.push({ text: JSON.stringify({ query, variables }), query, variables, headers });
          return Promise.resolve();
        },
      },
    ],
  });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  return {
    name,
    sdl: typeDefs,
    url,
    requests,
    respondWith: () => {
      throw new Error('this subgraph answers by itself');
    },
    close: () => server.stop(),
  };
}
