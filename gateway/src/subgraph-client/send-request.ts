import { isJsonObject, type JsonObject } from '../execution/own.ts';
import type { SubgraphAnswer, SubgraphError } from '../execution/subgraph-sender.ts';
import { SubgraphRequestError } from './subgraph-request-error.ts';

export interface SubgraphRequest {
  readonly url: string;
  /** JSON text. */
  readonly body: string;
  readonly authorization: string | undefined;
  /** Longest the subgraph may take, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * One GraphQL request over HTTP.
 *
 * @throws SubgraphRequestError when the answer is not a GraphQL answer, or what fetch throws.
 */
export async function sendRequest({
  url,
  body,
  authorization,
  timeoutMs,
}: SubgraphRequest): Promise<SubgraphAnswer> {
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
  const answer = parseAnswer(await response.text());
  // graphql-response+json carries a GraphQL answer with statuses other than 200; anything else does not.
  if (answer === undefined || (!response.ok && answer.errors.length === 0)) {
    throw new SubgraphRequestError(`${response.status} ${response.statusText}`.trim(), response.status);
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
