import { isJsonObject, type JsonObject } from '../execution/own.ts';
import type { SubgraphAnswer, SubgraphError } from '../execution/subgraph-sender.ts';
import type { SubgraphConnections } from './connections.ts';
import { MalformedResponseError, SubgraphStatusError } from './subgraph-request-error.ts';

export interface SubgraphRequest {
  readonly connections: SubgraphConnections;
  readonly url: string;
  /** JSON text. */
  readonly body: string;
  readonly authorization: string | undefined;
  /** Ends the request: time is up, or nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/**
 * One GraphQL request over HTTP.
 *
 * @throws MalformedResponseError or SubgraphStatusError when the answer is not GraphQL, or what undici throws.
 */
export async function sendRequest({
  connections,
  url,
  body,
  authorization,
  signal,
}: SubgraphRequest): Promise<SubgraphAnswer> {
  const { pool, path } = connections.poolOf(url);
  const response = await pool.request({
    method: 'POST',
    path,
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...(authorization === undefined ? {} : { authorization }),
    },
    body,
    signal,
  });
  const text = await response.body.text();
  // graphql-response+json carries a GraphQL answer with statuses other than 2xx; anything else does not.
  if (response.statusCode >= 200 && response.statusCode < 300) return parseAnswer(text);
  try {
    return parseAnswer(text);
  } catch {
    throw new SubgraphStatusError(response.statusCode);
  }
}

/**
 * @throws MalformedResponseError for what is not a response of the GraphQL specification: nothing may be lost silently.
 * @see https://spec.graphql.org/October2021/#sec-Response-Format
 */
function parseAnswer(text: string): SubgraphAnswer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MalformedResponseError('it is not JSON');
  }
  if (!isJsonObject(value)) throw new MalformedResponseError('it is not an object');
  const { data = null, errors = [] } = value;
  if (data !== null && !isJsonObject(data)) throw new MalformedResponseError('"data" is not an object');
  if (!Array.isArray(errors)) throw new MalformedResponseError('"errors" is not a list');
  if (data === null && errors.length === 0)
    throw new MalformedResponseError('it has neither data nor errors');
  return { data, errors: errors.map(readError) };
}

/** Whatever a subgraph calls an error is one; only what has the right shape is taken over. */
function readError(error: unknown): SubgraphError {
  const { message, path, extensions }: JsonObject = isJsonObject(error) ? error : {};
  return {
    message: typeof message === 'string' ? message : 'The subgraph reported an error without a message.',
    path: Array.isArray(path)
      ? path.filter((step) => typeof step === 'string' || typeof step === 'number')
      : undefined,
    extensions: isJsonObject(extensions) ? extensions : undefined,
  };
}
