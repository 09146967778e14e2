import type { Caller } from '../auth/credentials.ts';
import type { SubgraphSender } from '../execution/subgraph-sender.ts';
import { errorsAtFields } from './errors-at-fields.ts';
import { sendRequest } from './send-request.ts';
import { describeFailure } from './subgraph-request-error.ts';

export interface SenderOptions {
  readonly urls: ReadonlyMap<string, string>;
  readonly caller: Caller;
  /** Longest a subgraph may take for one request, in milliseconds. */
  readonly timeoutMs: number;
}

/** Asks subgraphs over HTTP, for one caller. One that fails answers with an error at each field it should have filled. */
export function createSender({ urls, caller, timeoutMs }: SenderOptions): SubgraphSender {
  return async (fetch, variables, representations) => {
    try {
      return await sendRequest({
        url: urls.get(fetch.subgraph) ?? '',
        body: `${fetch.bodyStart}${variables}}}`,
        authorization: await caller.authorizationFor(fetch.subgraph),
        timeoutMs,
      });
    } catch (error) {
      const failure = describeFailure(fetch.subgraph, error);
      return { data: null, errors: errorsAtFields(failure, fetch.operation, representations) };
    }
  };
}
