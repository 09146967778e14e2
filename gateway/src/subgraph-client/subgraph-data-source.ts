import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import type { GatewayContext } from '../request.ts';
import { SubgraphRequestError, describeFailure } from './subgraph-request-error.ts';
import { errorsAtFields } from './errors-at-fields.ts';

type SubgraphAnswer = Awaited<ReturnType<GraphQLDataSource['process']>>;

export interface SubgraphDataSourceOptions {
  readonly name: string;
  readonly url: string;
  /** Longest a request may take, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Sends one planned fetch to a subgraph over HTTP.
 *
 * A failed request answers with errors at the fields it should have filled instead of throwing:
 * the executor then nulls only those, and the rest of the response stays.
 */
export function createSubgraphDataSource({
  name,
  url,
  timeoutMs,
}: SubgraphDataSourceOptions): GraphQLDataSource<GatewayContext> {
  return {
    process: async ({ request, context }: GraphQLDataSourceProcessOptions<GatewayContext>) => {
      const { query = '', variables, operationName } = request;
      try {
        // The gateway's own start-up requests have no caller.
        const authorization = await (context as Partial<GatewayContext>).caller?.authorizationFor(name);
        return await send(url, timeoutMs, JSON.stringify({ query, variables, operationName }), authorization);
      } catch (error) {
        const failure = describeFailure(name, error);
        return {
          data: null,
          errors: errorsAtFields(failure, query, variables ?? {}),
        };
      }
    },
  };
}

async function send(
  url: string,
  timeoutMs: number,
  body: string,
  authorization: string | undefined,
): Promise<SubgraphAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...(authorization === undefined ? {} : { authorization }),
    },
    body,
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
  });
  const text = await response.text();
  const answer = parseAnswer(text);
  // graphql-response+json carries a GraphQL answer with statuses other than 200; anything else does not.
  if (answer === undefined || (!response.ok && answer.errors === undefined)) {
    throw new SubgraphRequestError(`${response.status} ${response.statusText}`.trim(), response.status);
  }
  return answer;
}

function parseAnswer(text: string): SubgraphAnswer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isAnswer = typeof value === 'object' && value !== null && ('data' in value || 'errors' in value);
    return isAnswer ? (value as SubgraphAnswer) : undefined;
  } catch {
    return undefined;
  }
}
