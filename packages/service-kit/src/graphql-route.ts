import { HeaderMap, type ApolloServer, type BaseContext } from '@apollo/server';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ClientError, BadRequestError } from './errors.ts';
import { errorBody } from './error-body.ts';
import { sendJson } from './http-server.ts';
import type { RouteHandler } from './routes.ts';
import { readJsonBody } from './read-body.ts';

export interface GraphqlRouteOptions<TContext extends BaseContext> {
  /** Longest request body accepted, in bytes. */
  readonly maxBodyBytes: number;
  /**
   * Builds the context of one request; a ClientError thrown here answers the whole request.
   *
   * @param clientGone Aborts when the client closes its connection before it has the answer.
   * @param response For headers; the body is GraphQL's.
   */
  readonly context: (
    request: IncomingMessage,
    body: unknown,
    clientGone: AbortSignal,
    response: ServerResponse,
  ) => Promise<TContext>;
}

/**
 * GraphQL over HTTP for a started Apollo Server.
 *
 * @see https://graphql.github.io/graphql-over-http/draft/
 */
export function graphqlRoute<TContext extends BaseContext>(
  server: ApolloServer<TContext>,
  options: GraphqlRouteOptions<TContext>,
): RouteHandler {
  return async (request, response, url) => {
    const body = request.method === 'POST' ? await readJsonBody(request, options.maxBodyBytes) : undefined;
    if (request.method === 'POST' && !(typeof body === 'object' && body !== null)) {
      throw new BadRequestError('The request body must be a JSON object with a "query".');
    }
    const clientGone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) clientGone.abort();
    });
    let context: TContext;
    try {
      context = await options.context(request, body, clientGone.signal, response);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      sendJson(response, error.status, errorBody(error.code, error.message));
      return;
    }
    await sendToApolloServer(server, { request, response, url, body, context });
  };
}

export interface ApolloServerRequest<TContext extends BaseContext> {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  /** Parsed JSON. */
  readonly body: unknown;
  readonly context: TContext;
  /** Sends a whole body; by default as it is. */
  readonly send?: (body: string) => void;
}

/** Has Apollo Server answer a request whose body has been read. */
export async function sendToApolloServer<TContext extends BaseContext>(
  server: ApolloServer<TContext>,
  { request, response, url, body, context, send }: ApolloServerRequest<TContext>,
): Promise<void> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const result = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method ?? 'GET', headers, search: url.search, body },
    context: () => Promise.resolve(context),
  });
  response.statusCode = result.status ?? 200;
  for (const [name, value] of result.headers) response.setHeader(name, value);
  if (result.body.kind === 'complete') {
    if (send === undefined) response.end(result.body.string);
    else send(result.body.string);
    return;
  }
  await writeChunks(response, result.body.asyncIterator);
}

async function writeChunks(response: ServerResponse, chunks: AsyncIterableIterator<string>): Promise<void> {
  for await (const chunk of chunks) {
    if (response.destroyed) return;
    if (!response.write(chunk)) await drained(response);
  }
  response.end();
}

/** Or closed: nobody drains it then. */
const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      response.off('drain', end).off('close', end);
      resolve();
    };
    response.once('drain', end).once('close', end);
  });
