import type { QueryPlan } from '@apollo/query-planner';
import {
  getOperationAST,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { collectFields } from './collect-fields.ts';
import { compilePlan } from './compile-plan.ts';
import type { ExecutableNode } from './executable-plan.ts';
import { introspect, isIntrospection } from './introspect.ts';
import type { JsonObject } from './own.ts';
import { createProjector, type Projector } from './project.ts';
import type { TypeConditions } from './type-conditions.ts';

/** An operation, planned and compiled once per snapshot; immutable but for what it remembers of its own work. */
export interface CompiledOperation {
  readonly operation: OperationDefinitionNode;
  readonly plan: ExecutableNode | undefined;
  /** @param conditions Values of the variables that @skip and @include use. */
  variantFor(conditions: (variable: string) => boolean): OperationVariant;
}

/** What of an operation depends on @skip and @include. */
export interface OperationVariant {
  readonly project: Projector;
  /** Answers the introspection fields of the root, if there are any, into `data`. */
  introspect(variables: JsonObject, data: JsonObject): readonly GraphQLError[];
}

export interface OperationToRun {
  readonly schema: GraphQLSchema;
  readonly matches: TypeConditions;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly plan: QueryPlan;
}

/** @throws TypeError for an operation name that the document does not have. */
export function compileOperation({
  schema,
  matches,
  document,
  operationName,
  plan,
}: OperationToRun): CompiledOperation {
  const operation = getOperationAST(document, operationName);
  if (operation === null || operation === undefined)
    throw new TypeError(`no operation ${operationName ?? ''}`);
  const rootType = schema.getRootType(operation.operation);
  if (rootType === null || rootType === undefined)
    throw new TypeError(`no root type for ${operation.operation}`);
  const fragments = new Map<string, FragmentDefinitionNode>(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
  const conditionVariables = findConditionVariables(document);
  const variants = new Map<string, OperationVariant>();
  const compileVariant = (conditions: (variable: string) => boolean): OperationVariant => {
    const values = new Map(conditionVariables.map((name) => [name, conditions(name)]));
    const collector = { fragments, matches, conditions: (name: string) => values.get(name) ?? false };
    const rootFields = collectFields(collector, [operation.selectionSet], rootType.name);
    const introspection = [...rootFields.values()].flat().filter(isIntrospection);
    return {
      project: createProjector(schema, collector, rootType, operation.selectionSet),
      introspect: (variables, data) =>
        introspect(schema, operation, fragments.values(), introspection, variables, data),
    };
  };
  return {
    operation,
    plan: compilePlan(plan),
    variantFor: (conditions) => {
      const key = conditionVariables.map((name) => (conditions(name) ? '1' : '0')).join('');
      let variant = variants.get(key);
      if (variant === undefined) variants.set(key, (variant = compileVariant(conditions)));
      return variant;
    },
  };
}

function findConditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ name, arguments: args }) => {
      const value = args?.[0]?.value;
      if ((name.value === 'skip' || name.value === 'include') && value?.kind === Kind.VARIABLE)
        names.add(value.name.value);
    },
  });
  return [...names];
}
