import { isJsonObject, type JsonObject } from '../execution/own.ts';
import type { SubgraphAnswer, SubgraphError } from '../execution/subgraph-sender.ts';
import type { SubgraphConnections } from './connections.ts';
import { SubgraphRequestError } from './subgraph-request-error.ts';

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
 * @throws SubgraphRequestError when the answer is not a GraphQL answer, or what undici throws.
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
  const answer = parseAnswer(await response.body.text());
  // graphql-response+json carries a GraphQL answer with statuses other than 2xx; anything else does not.
  const isSuccess = response.statusCode >= 200 && response.statusCode < 300;
  if (answer === undefined || (!isSuccess && answer.errors.length === 0)) {
    throw new SubgraphRequestError(`HTTP status ${response.statusCode}`, response.statusCode);
  }
  return answer;
}

function parseAnswer(text: string): SubgraphAnswer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value) || !('data' in value || 'errors' in value)) return undefined;
  const { data, errors } = value;
  return {
    data: isJsonObject(data) ? data : null,
    errors: Array.isArray(errors) ? errors.map(readError) : [],
  };
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
