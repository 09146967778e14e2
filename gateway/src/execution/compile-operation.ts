import type { PlanNode, SubscriptionNode } from '@apollo/query-planner';
import { type DocumentNode, type GraphQLError, type GraphQLSchema, OperationTypeNode } from 'graphql';
import { collectFields, fragmentsOf } from './collect-fields.ts';
import { compilePlan } from './compile-plan.ts';
import type { MergedDocuments } from './entity-requests.ts';
import type { ExecutableNode } from './executable-plan.ts';
import { introspect, isIntrospection } from './introspect.ts';
import { onlyOperation } from './only-operation.ts';
import type { JsonObject } from './own.ts';
import type { TypeConditions } from './type-conditions.ts';
import { createVerbatimCheck } from './verbatim.ts';
import { createResponseWriter, type ResponseWriter } from './write-response.ts';

/** An operation, planned and compiled once per snapshot; immutable but for what it remembers of its own work. */
export interface CompiledOperation {
  readonly isQuery: boolean;
  readonly plan: ExecutableNode | undefined;
  readonly matches: TypeConditions;
  readonly clientNames: ReadonlyMap<string, string>;
  /** Whether data is exactly what would be written; undefined where not all of it comes from one fetch. */
  readonly passes: ((data: JsonObject) => boolean) | undefined;
  /** Whether values depend on the objects around them (`@fromContext`). */
  readonly hasContext: boolean;
  readonly merged: MergedDocuments;
  /** Errors that every answer has: fields that no plan reaches, or that the caller may not see. */
  readonly errors: readonly GraphQLError[];
  /** The latter of them. */
  readonly unauthorized: readonly GraphQLError[];
  readonly write: ResponseWriter;
  /** Answers the introspection fields of the root into `data`; undefined when there are none. */
  readonly introspect: ((variables: JsonObject, data: JsonObject) => readonly GraphQLError[]) | undefined;
}

export interface OperationToCompile {
  readonly schema: GraphQLSchema;
  readonly matches: TypeConditions;
  /** One operation, as it was planned. */
  readonly document: DocumentNode;
  readonly plan: PlanNode | SubscriptionNode | undefined;
  readonly clientNames: ReadonlyMap<string, string>;
  readonly errors: readonly GraphQLError[];
  /** The caller may see nothing of it: all of the data is null. */
  readonly nothingAuthorized: boolean;
  /** What introspection tells of, where that is not the whole schema. */
  readonly visible: (() => GraphQLSchema) | undefined;
  /** One for each field that the caller may not see. */
  readonly unauthorized: readonly GraphQLError[];
  /** Told of what it comes to take of memory beyond the document and the plan, in bytes, roughly; also when it runs. */
  readonly onGrown: (bytes: number) => void;
}

export function compileOperation({
  schema,
  matches,
  document,
  plan,
  clientNames,
  errors,
  nothingAuthorized,
  visible,
  unauthorized,
  onGrown,
}: OperationToCompile): CompiledOperation {
  const operation = onlyOperation(document);
  const rootType = schema.getRootType(operation.operation);
  if (rootType === undefined || rootType === null)
    throw new TypeError(`no root type for ${operation.operation}`);
  const fragments = fragmentsOf(document);
  const collector = { fragments, matches };
  const writerOptions = { schema, collector, clientNames, onGrown };
  const rootFields = collectFields(collector, [operation.selectionSet], rootType.name);
  const introspection = [...rootFields.values()].flat().filter(isIntrospection);
  const introspected = introspection.length === 0 ? schema : (visible?.() ?? schema);
  const isQuery = operation.operation === OperationTypeNode.QUERY;
  const hasContext = JSON.stringify(plan ?? null).includes('"contextRewrites":[{');
  const executable = compilePlan(plan, { matches, isConstant: isQuery && !hasContext });
  const isOneFetch =
    executable?.kind === 'fetch' &&
    executable.fetch.outputRewrites.length === 0 &&
    clientNames.size === 0 &&
    introspection.length === 0 &&
    errors.length === 0 &&
    unauthorized.length === 0;
  return {
    isQuery,
    plan: executable,
    passes: isOneFetch ? createVerbatimCheck(writerOptions, rootType, operation.selectionSet) : undefined,
    matches,
    clientNames,
    hasContext,
    merged: new Map(),
    errors: [...unauthorized, ...errors],
    unauthorized,
    write: nothingAuthorized
      ? () => ({ data: 'null', errors: [] })
      : createResponseWriter(writerOptions, rootType, operation.selectionSet),
    introspect:
      introspection.length === 0
        ? undefined
        : (variables, data) =>
            introspect(introspected, operation, fragments.values(), introspection, variables, data),
  };
}
