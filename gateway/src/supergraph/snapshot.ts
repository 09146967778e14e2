import { buildASTSchema, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import {
  readAuthorizationRules,
  type AuthorizationRules,
  type Permission,
} from '../authorization/authorization-rules.ts';
import { visibleSchema } from '../authorization/visible-schema.ts';
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
  /** Whether introspection tells callers only of what they may see. */
  readonly filterIntrospection: boolean;
  /** Whether it is said what operations cost; `declared`: where the supergraph says anything of costs. */
  readonly costs: boolean | 'declared';
  /** Whether usage is reported. */
  readonly usage: boolean;
  readonly onWarnings?: OperationsOptions['onWarnings'];
  /** Most memory for what is remembered of operations, in bytes. */
  readonly operationCacheBytes: number;
}

/** Sets of permissions whose part of the schema is remembered; callers come with few of them. */
const MAX_VISIBLE = 20;

/** Planning threads keep the supergraphs of snapshots that are in use: until the last request with one has ended. */
const unused = new FinalizationRegistry<() => void>((release) => {
  release();
});

/** @throws PlanningFailedError for SDL that is no supergraph, or one with a feature that has to be understood and is not. */
export async function buildSnapshot(
  supergraphSdl: string,
  {
    planners,
    introspection,
    limits,
    authorization,
    filterIntrospection,
    costs,
    usage,
    onWarnings,
    operationCacheBytes,
  }: SnapshotOptions,
): Promise<Snapshot> {
  const { snapshot: id, loaded } = await planners.load({
    supergraphSdl,
    introspection,
    limits,
    authorization,
    costs,
    usage,
  });
  const api = parse(loaded.apiSdl, { noLocation: true });
  const apiSchema = buildASTSchema(api, { assumeValid: true });
  const rules = filterIntrospection ? readAuthorizationRules(parse(supergraphSdl)) : undefined;
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
      schemaId: loaded.schemaId,
      matches: compileTypeConditions(loaded.typeMembers),
      visibleTo: rules && createVisibleTo(api, rules),
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

const createVisibleTo = (api: DocumentNode, rules: AuthorizationRules): OperationsOptions['visibleTo'] => {
  const known = new LRUCache<string, GraphQLSchema>({ max: MAX_VISIBLE });
  return (permissions) => {
    const key = JSON.stringify(permissions);
    let visible = known.get(key);
    if (visible === undefined) known.set(key, (visible = visibleSchema(api, rules, new Set(permissions))));
    return visible;
  };
};
