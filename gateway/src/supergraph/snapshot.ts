import { buildASTSchema, parse, type GraphQLSchema } from 'graphql';
import type { Permission } from '../authorization/authorization-rules.ts';
import { compileTypeConditions } from '../execution/type-conditions.ts';
import type { InputCosts } from '../demand-control/cost-formula.ts';
import type { OperationLimits } from '../planning/operation-limits.ts';
import type { PlannerPool } from '../planning/planner-pool.ts';
import { createOperations, type Operations, type OperationsOptions } from './operations.ts';

/**
 * Everything that changes with the schema, as one value: never altered, swapped whole. A request keeps the
 * snapshot it began with.
 */
export interface Snapshot {
  readonly supergraphSdl: string;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** Where each subgraph is, by name. */
  readonly subgraphUrls: ReadonlyMap<string, string>;
  /** Labels of progressive `@override`, as they stand in the supergraph. */
  readonly overrideLabels: readonly string[];
  /** Permissions that it asks of callers. */
  readonly permissions: readonly Permission[];
  /** Undefined: it is not said what operations cost. */
  readonly inputCosts: InputCosts | undefined;
  /** Whether it says of anything what it costs. */
  readonly declaresCosts: boolean;
  readonly operations: Operations;
}

export interface SnapshotOptions {
  readonly planners: PlannerPool;
  /** Whether clients may ask for the schema. */
  readonly introspection: boolean;
  /** What an operation may be. */
  readonly limits: OperationLimits;
  /** Whether the supergraph's authorization directives are enforced. */
  readonly authorization: boolean;
  /** Whether it is said what operations cost; `declared`: where the supergraph says anything of costs. */
  readonly costs: boolean | 'declared';
  readonly onWarnings?: OperationsOptions['onWarnings'];
  /** Most memory for what is remembered of operations, in bytes. */
  readonly operationCacheBytes: number;
}

/** Planning threads keep the supergraphs of snapshots that are in use: until the last request with one has ended. */
const unused = new FinalizationRegistry<() => void>((release) => {
  release();
});

/** @throws PlanningFailedError for SDL that is no supergraph, or one with a feature that has to be understood and is not. */
export async function buildSnapshot(
  supergraphSdl: string,
  { planners, introspection, limits, authorization, costs, onWarnings, operationCacheBytes }: SnapshotOptions,
): Promise<Snapshot> {
  const { snapshot: id, loaded } = await planners.load({
    supergraphSdl,
    introspection,
    limits,
    authorization,
    costs,
  });
  const apiSchema = buildASTSchema(parse(loaded.apiSdl, { noLocation: true }), { assumeValid: true });
  const snapshot: Snapshot = {
    supergraphSdl,
    apiSchema,
    subgraphUrls: loaded.subgraphUrls,
    overrideLabels: loaded.overrideLabels,
    permissions: loaded.permissions,
    inputCosts: loaded.inputCosts,
    declaresCosts: loaded.declaresCosts,
    operations: createOperations({
      apiSchema,
      matches: compileTypeConditions(loaded.typeMembers),
      plan: (operation) => planners.prepare(id, operation),
      ...(onWarnings === undefined ? {} : { onWarnings }),
      maxBytes: operationCacheBytes,
    }),
  };
  unused.register(snapshot, () => {
    planners.release(id);
  });
  return snapshot;
}
