import {
  operationFromDocument,
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph,
} from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { compileOperation, type CompiledOperation } from '../execution/compile-operation.ts';
import { compileTypeConditions } from '../execution/type-conditions.ts';
import type { OperationToCompile, Snapshot } from './snapshot.ts';

/** Enough for every operation of a front end; what clients make up as they go does not push those out for long. */
const MAX_OPERATIONS = 2_000;

interface KnownOperation {
  readonly operation: OperationToCompile;
  readonly compiled: CompiledOperation;
  uses: number;
}

/**
 * @throws the composition library's error for SDL that is no supergraph, or one with a feature that has to be
 *   understood and is not.
 */
export function buildSnapshot(supergraphSdl: string): Snapshot {
  const supergraph = Supergraph.build(supergraphSdl, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  });
  const internalApiSchema = supergraph.apiSchema();
  const apiSchema = internalApiSchema.toGraphQLJSSchema();
  const planner = new QueryPlanner(supergraph);
  const matches = compileTypeConditions(supergraph.schema.toGraphQLJSSchema());
  const overrideLabels = findOverrideLabels(supergraphSdl);
  const operations = new Map<string, KnownOperation>();

  const compile = (operation: OperationToCompile, overridden: ReadonlySet<string>): CompiledOperation => {
    const { document, operationName } = operation;
    const plan = planner.buildQueryPlan(
      operationFromDocument(
        internalApiSchema,
        document,
        operationName === undefined ? {} : { operationName },
      ),
      { overrideConditions: new Map(overrideLabels.map((label) => [label, overridden.has(label)])) },
    );
    return compileOperation({ schema: apiSchema, matches, document, operationName, plan });
  };

  return {
    supergraphSdl,
    apiSchema,
    matches,
    subgraphUrls: new Map(supergraph.subgraphsMetadata().map(({ name, url }) => [name, url])),
    overrideLabels,
    compile: (operation, overridden) => {
      const key = [operation.queryHash, operation.operationName ?? '', ...[...overridden].sort()].join(' ');
      const known = operations.get(key);
      if (known !== undefined) {
        // A Map keeps insertion order: moved to the end, the oldest is the least recently used.
        operations.delete(key);
        operations.set(key, known);
        known.uses += 1;
        return known.compiled;
      }
      const compiled = compile(operation, overridden);
      operations.set(key, { operation, compiled, uses: 1 });
      const [oldest] = operations.keys();
      if (operations.size > MAX_OPERATIONS && oldest !== undefined) operations.delete(oldest);
      return compiled;
    },
    mostUsed: (limit) =>
      [...operations.values()]
        .sort((a, b) => b.uses - a.uses)
        .slice(0, limit)
        .map(({ operation }) => operation),
  };
}

const findOverrideLabels = (sdl: string): readonly string[] => [
  ...new Set([...sdl.matchAll(/overrideLabel: "([^"]+)"/g)].map(([, label]) => label ?? '')),
];
