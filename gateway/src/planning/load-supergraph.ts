import {
  isAbstractType,
  operationFromDocument,
  possibleRuntimeTypes,
  printSchema,
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph,
  type SchemaRootKind,
} from '@apollo/federation-internals';
import { QueryPlanner, type PlanNode, type QueryPlan, type SubscriptionNode } from '@apollo/query-planner';
import {
  Kind,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  visit,
  type DocumentNode,
  type GraphQLSchema,
  type ValidationRule,
} from 'graphql';
import { compileTypeConditions, typeMembersOf, type TypeConditions } from '../execution/type-conditions.ts';
import { readAuthorizationRules, type AuthorizationRules } from '../authorization/authorization-rules.ts';
import type { FetchCost } from '../demand-control/cost-formula.ts';
import { costOfPlan } from '../demand-control/cost-of-plan.ts';
import { readCostWeights } from '../demand-control/cost-weights.ts';
import { assertSupergraph } from './assert-supergraph.ts';
import { completeRepresentations } from './complete-representations.ts';
import { dropUnreachedInterfaceObjects } from './drop-unreached-interface-objects.ts';
import { dropUnresolvableKeys } from './drop-unresolvable-keys.ts';
import { expandNarrowings } from './expand-narrowings.ts';
import { flattenFragments } from './flatten-fragments.ts';
import { hoistInterfaceFields } from './hoist-interface-fields.ts';
import { inlineSpreads } from './inline-spreads.ts';
import { mendFetches } from './mend-fetches.ts';
import type * as UsageNames from './operation-usage.ts';
import type { OperationUsage } from './operation-usage.ts';
import type { OperationLimits } from './operation-limits.ts';
import type { LoadedSupergraph, SupergraphToLoad } from './protocol.ts';
import { orderFetches } from './order-fetches.ts';
import { readSubgraphTypes } from './subgraph-types.ts';
import { separateRequiredArguments } from './required-arguments.ts';
import { restoreRequiredArguments } from './restore-required-arguments.ts';

/** A supergraph as a planning thread holds it. */
export interface PlannableSupergraph {
  readonly summary: LoadedSupergraph;
  readonly apiSchema: GraphQLSchema;
  readonly matches: TypeConditions;
  /** Whether a field of an abstract type can have an object of a type, in a subgraph. */
  canReturn(subgraph: string, abstractType: string, type: string): boolean;
  readonly limits: OperationLimits;
  /** Undefined: nothing is protected. */
  readonly authorization: AuthorizationRules | undefined;
  /** What an operation must keep to. */
  readonly rules: readonly ValidationRule[];
  /** Response names that plans select for keys, requirements and contexts. */
  readonly internalNames: ReadonlySet<string>;
  /** Undefined: it is not said what operations cost. */
  readonly costOf: ((plan: PlanNode | SubscriptionNode | undefined) => readonly FetchCost[]) | undefined;
  /** Undefined: usage is not reported. */
  readonly usageOf:
    ((document: DocumentNode, operationName: string | undefined) => OperationUsage) | undefined;
  /** @throws the planner's error for an operation it refuses. */
  plan(document: DocumentNode, overridden: ReadonlySet<string>): PlanNode | SubscriptionNode | undefined;
}

/**
 * @throws the composition library's error for SDL that is no supergraph, or one with a feature that has to be
 *   understood and is not.
 * @param usage Undefined: usage is not reported.
 */
export function loadSupergraph(
  { supergraphSdl, introspection, limits, authorization: isAuthorized, costs }: SupergraphToLoad,
  usage?: typeof UsageNames,
): PlannableSupergraph {
  const features = { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES };
  const document = parse(supergraphSdl);
  assertSupergraph(document);
  const authorization = isAuthorized ? readAuthorizationRules(document) : undefined;
  const weights = costs === false ? undefined : readCostWeights(document);
  const isCosted = weights !== undefined && (costs === true || weights.areDeclared);
  const separated = separateRequiredArguments(dropUnresolvableKeys(document));
  // The mends leave external fields behind that nothing uses; what composition checked needs no second check.
  const supergraph = Supergraph.build(separated.supergraph, { ...features, validateSupergraph: false });
  dropUnreachedInterfaceObjects(supergraph);
  const planner = new QueryPlanner(supergraph, { reuseQueryFragments: false });
  const plannable = supergraph.apiSchema();
  // Stand-ins for required fields are the planner's, not the client's.
  const visible =
    separated.standIns.size === 0 ? plannable : Supergraph.build(supergraphSdl, features).apiSchema();
  const apiSchema = visible.toGraphQLJSSchema();
  const typeMembers = typeMembersOf(supergraph.schema.toGraphQLJSSchema());
  const membersOf = (type: string): readonly string[] => typeMembers.get(type) ?? [type];
  const overrideLabels = findOverrideLabels(supergraphSdl);
  const rootTypeOf = (kind: string): string =>
    supergraph.schema.schemaDefinition.rootType(kind as SchemaRootKind)?.name ?? '';
  const types = readSubgraphTypes(supergraph);
  // Not by graphql-js: it cannot print what a custom scalar may have as its default.
  const apiSdl = printSchema(visible);
  return {
    summary: {
      apiSdl,
      typeMembers,
      subgraphUrls: new Map(supergraph.subgraphsMetadata().map(({ name, url }) => [name, url])),
      overrideLabels,
      permissions: [...(authorization?.permissions ?? [])],
      inputCosts: isCosted ? weights.inputs : undefined,
      declaresCosts: weights?.areDeclared ?? false,
      schemaId: usage?.executableSchemaId(apiSchema, apiSdl),
    },
    apiSchema,
    canReturn: (subgraph, abstractType, typename) => {
      const type = supergraph.subgraphs().get(subgraph)?.schema.type(abstractType);
      // An interface object may turn out to be of any kind.
      if (type === undefined || !isAbstractType(type)) return true;
      return possibleRuntimeTypes(type).some(({ name }) => membersOf(name).includes(typename));
    },
    limits,
    authorization,
    rules: introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule],
    matches: compileTypeConditions(typeMembers),
    costOf: isCosted ? (plan) => costOfPlan(plan, weights, rootTypeOf) : undefined,
    usageOf: usage && ((operation, name) => usage.operationUsage(apiSchema, operation, name)),
    internalNames: findInternalNames(separated.supergraph),
    plan: (document, overridden) => {
      const options = {
        overrideConditions: new Map(overrideLabels.map((label) => [label, overridden.has(label)])),
      };
      const build = (each: DocumentNode): QueryPlan =>
        planner.buildQueryPlan(operationFromDocument(plannable, each), options);
      const hoist = (each: DocumentNode): DocumentNode => hoistInterfaceFields(apiSchema, each);
      const expand = (each: DocumentNode): DocumentNode => expandNarrowings(apiSchema, each);
      const flatten = (each: DocumentNode): DocumentNode => flattenFragments(apiSchema, each);
      const flat = (): DocumentNode => flatten(inlineSpreads(document));
      const { node } = firstPlan([
        () => build(document),
        () => build(flat()),
        () => build(hoist(flat())),
        () => build(flatten(expand(flat()))),
        () => build(hoist(flatten(expand(flat())))),
      ]);
      if (node === undefined) return undefined;
      const mended = mendFetches({ types, rootTypeOf }, completeRepresentations(types, membersOf, node));
      return restoreRequiredArguments(orderFetches(mended), separated);
    },
  };
}

/** The first plan that there is; when there is none, what was wrong with the first. */
function firstPlan(attempts: readonly (() => QueryPlan)[]): QueryPlan {
  const errors: unknown[] = [];
  for (const attempt of attempts) {
    try {
      return attempt();
    } catch (error) {
      errors.push(error);
    }
  }
  throw errors[0];
}

const findOverrideLabels = (sdl: string): readonly string[] => [
  ...new Set([...sdl.matchAll(/overrideLabel: "([^"]+)"/g)].map(([, label]) => label ?? '')),
];

const FIELD_SETS = new Set(['key', 'requires', 'selection']);

/** Every name in a field set of the supergraph. */
function findInternalNames(supergraph: DocumentNode): ReadonlySet<string> {
  const names = new Set(['__typename']);
  const addNames = (fieldSet: string): void => {
    for (const [name] of fieldSet.matchAll(/[_A-Za-z]\w*/g)) names.add(name);
  };
  visit(supergraph, {
    Argument: ({ name, value }) => {
      if (FIELD_SETS.has(name.value) && value.kind === Kind.STRING) addNames(value.value);
    },
    ObjectField: ({ name, value }) => {
      if (FIELD_SETS.has(name.value) && value.kind === Kind.STRING) addNames(value.value);
    },
  });
  return names;
}
