import type { FetchDataKeyRenamer, FetchDataRewrite } from '@apollo/query-planner';
import type { KnownFields } from './known-fields.ts';
import type { EntityGrouper } from './represent.ts';

/** A response key, or `@` for every element of a list. */
export type FetchPath = readonly string[];

/** A query plan with what can be prepared prepared; immutable, shared by all requests of an operation. */
export type ExecutableNode =
  | { readonly kind: 'sequence'; readonly nodes: readonly ExecutableNode[] }
  | { readonly kind: 'parallel'; readonly nodes: readonly ExecutableNode[] }
  | { readonly kind: 'fetch'; readonly fetch: ExecutableFetch };

export interface ExecutableFetch {
  readonly subgraph: string;
  readonly isMutation: boolean;
  readonly document: string;
  /** JSON text of the request body up to the variables' opening brace. */
  readonly bodyStart: string;
  /** Variables of the operation that this fetch uses. */
  readonly variableUsages: readonly string[];
  /** Where in the response the result goes; the objects there are the entities when `group` is set. */
  readonly path: FetchPath;
  /** Tells entities apart, and what to send of each; absent for a fetch of root fields. */
  readonly group: EntityGrouper | undefined;
  readonly outputRewrites: readonly FetchDataRewrite[];
  /** Values from enclosing objects that become variables (`@fromContext`). */
  readonly contextRewrites: readonly FetchDataKeyRenamer[];
  /** Equal for fetches that ask the same, of an entity or of what the subgraph begins with, wherever it stands. */
  readonly selection: string;
  /** Whether another fetch of entities may be on its way to the same subgraph at the same time. */
  readonly hasCompany: boolean;
  /** What need not be asked for where the response has it; undefined: nothing of it can be there. */
  readonly known: KnownFields | undefined;
}
