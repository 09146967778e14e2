import type { ExecutableFetch } from './executable-plan.ts';
import type { JsonObject } from './own.ts';

/** An error as a subgraph sent it, or as the sender made it for a subgraph that could not be asked. */
export interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: JsonObject | undefined;
}

export interface SubgraphAnswer {
  readonly data: JsonObject | null;
  readonly errors: readonly SubgraphError[];
}

/**
 * Sends one fetch of this request's caller to its subgraph. Never rejects: what goes wrong is errors of the answer.
 *
 * @param variables JSON text of the variables, without the braces around them.
 * @param representations How many entities are asked for; undefined for root fields.
 */
export type SubgraphSender = (
  fetch: ExecutableFetch,
  variables: string,
  representations: readonly JsonObject[] | undefined,
) => Promise<SubgraphAnswer>;
