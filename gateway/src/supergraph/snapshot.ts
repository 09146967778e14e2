import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { CompiledOperation } from '../execution/compile-operation.ts';
import type { TypeConditions } from '../execution/type-conditions.ts';

/**
 * Everything that changes with the schema, as one value: never altered, swapped whole. A request keeps the
 * snapshot it was validated against.
 */
export interface Snapshot {
  readonly supergraphSdl: string;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  readonly matches: TypeConditions;
  /** Where each subgraph is, by name. */
  readonly subgraphUrls: ReadonlyMap<string, string>;
  /** Labels of progressive `@override`, as they stand in the supergraph. */
  readonly overrideLabels: readonly string[];
  /**
   * Plans and compiles an operation; what was compiled before is found again.
   *
   * @param overridden Labels whose override applies to this request.
   * @throws GraphQLError when the planner refuses the operation.
   */
  compile(operation: OperationToCompile, overridden: ReadonlySet<string>): CompiledOperation;
  /** The operations that were asked for most often, the most frequent first. */
  mostUsed(limit: number): readonly OperationToCompile[];
}

export interface OperationToCompile {
  /** Identifies the document. */
  readonly queryHash: string;
  readonly operationName: string | undefined;
  readonly document: DocumentNode;
}
