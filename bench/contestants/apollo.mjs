/**
 * Apollo's gateway as its documentation starts it: standalone server, callers' authorization passed on.
 * With --undici, subgraphs are asked through undici instead of the gateway's own HTTP client.
 */
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { readArguments } from './arguments.mjs';

const options = readArguments();

class ForwardingDataSource extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    if (context.authorization !== undefined) request.http.headers.set('authorization', context.authorization);
  }
}

/** What RemoteGraphQLDataSource uses of fetch, without the streams that make undici's own fetch as slow as the default. */
function createUndiciFetcher() {
  const pool = new Pool(options.subgraphs, { connections: null });
  return async (url, { method, headers: requestHeaders, body: requestBody }) => {
    const { statusCode, headers, body } = await pool.request({
      method,
      path: new URL(url).pathname,
      headers: requestHeaders,
      body: requestBody,
    });
    return {
      ok: statusCode === 200,
      status: statusCode,
      url,
      headers: { get: (name) => headers[name.toLowerCase()] },
      json: () => body.json(),
      text: () => body.text(),
    };
  };
}

const fetcher = options.undici ? createUndiciFetcher() : undefined;

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(options.supergraph, 'utf8'),
  buildService: ({ url }) => new ForwardingDataSource({ url, ...(fetcher && { fetcher }) }),
});
await startStandaloneServer(new ApolloServer({ gateway }), {
  listen: { host: '127.0.0.1', port: options.port },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
});
