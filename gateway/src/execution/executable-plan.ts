import type { FetchDataKeyRenamer, FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { OperationTypeNode } from 'graphql';

/** A response key, or `@` for every element of a list. */
export type FetchPath = readonly string[];

/** A query plan with what can be prepared prepared; immutable, shared by all requests of an operation. */
export type ExecutableNode =
  | { readonly kind: 'sequence'; readonly nodes: readonly ExecutableNode[] }
  | { readonly kind: 'parallel'; readonly nodes: readonly ExecutableNode[] }
  | { readonly kind: 'fetch'; readonly fetch: ExecutableFetch }
  | {
      readonly kind: 'condition';
      /** Name of a Boolean variable. */
      readonly variable: string;
      readonly then: ExecutableNode | undefined;
      readonly otherwise: ExecutableNode | undefined;
    };

export interface ExecutableFetch {
  readonly subgraph: string;
  readonly operationKind: OperationTypeNode;
  /** The document, for error paths. */
  readonly operation: string;
  /** JSON text of the request body up to the variables' opening brace. */
  readonly bodyStart: string;
  /** Variables of the client's operation that this fetch uses. */
  readonly variableUsages: readonly string[];
  /** Where in the response the result goes; the objects there are the entities when `requires` is set. */
  readonly path: FetchPath;
  /** What to send of each entity; absent for a fetch of root fields. */
  readonly requires: readonly QueryPlanSelectionNode[] | undefined;
  readonly inputRewrites: readonly FetchDataRewrite[];
  readonly outputRewrites: readonly FetchDataRewrite[];
  /** Values from enclosing objects that become variables (`@fromContext`). */
  readonly contextRewrites: readonly FetchDataKeyRenamer[];
}
