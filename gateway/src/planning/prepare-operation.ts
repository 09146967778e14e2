import {
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  print,
  separateOperations,
  stripIgnoredCharacters,
  validate,
  type DocumentNode,
  type OperationDefinitionNode,
} from 'graphql';
import { authorizeOperation } from '../authorization/authorize-operation.ts';
import { giveDistinctNames } from './distinct-names.ts';
import { liftLiterals } from './lift-literals.ts';
import { renameOwnVariables } from './rename-own-variables.ts';
import { isDeeperThan } from './is-deeper-than.ts';
import type { PlannableSupergraph } from './load-supergraph.ts';
import { exceededLimits } from './operation-limits.ts';
import type {
  Condition,
  OperationError,
  OperationToPrepare,
  PreparationStep,
  PreparedOperation,
} from './protocol.ts';
import { findConditions, resolveConditions, withoutNever } from './resolve-conditions.ts';
import { findUnplannedFields } from './unplanned-fields.ts';

type Prepared = PreparedOperation extends infer Each
  ? Each extends unknown
    ? Omit<Each, 'steps'>
    : never
  : never;

/** Parses, validates and plans. Errors of the operation are part of the result; anything thrown is a fault of ours. */
export function prepareOperation(
  supergraph: PlannableSupergraph,
  operation: OperationToPrepare,
): PreparedOperation {
  const steps: PreparationStep[] = [];
  let begun = performance.now();
  const onDone = (name: PreparationStep['name']): void => {
    const now = performance.now();
    steps.push({ name, startedAt: performance.timeOrigin + begun, durationMs: now - begun });
    begun = now;
  };
  return { ...prepare(supergraph, operation, onDone), steps };
}

function prepare(
  supergraph: PlannableSupergraph,
  { text, operationName, overridden, permissions, conditions: given }: OperationToPrepare,
  onDone: (step: PreparationStep['name']) => void,
): Prepared {
  const { limits } = supergraph;
  let document: DocumentNode;
  try {
    document = parse(text, { maxLexicalTokens: limits.maxTokens });
  } catch (error) {
    return invalid('GRAPHQL_PARSE_FAILED', [error as GraphQLError]);
  }
  onDone('parse');
  if (isDeeperThan(document, limits.maxRecursion)) {
    return invalid('GRAPHQL_PARSE_FAILED', [
      new GraphQLError(`Syntax Error: The document is nested deeper than ${limits.maxRecursion} levels.`),
    ]);
  }
  const errors = validate(supergraph.apiSchema, document, supergraph.rules);
  onDone('validate');
  if (errors.length > 0) return invalid('GRAPHQL_VALIDATION_FAILED', errors);
  const operation = getOperationAST(document, operationName);
  if (operation === null || operation === undefined) {
    return invalid('OPERATION_RESOLUTION_FAILURE', [new GraphQLError(unknownOperation(operationName))]);
  }
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
    return invalid('SUBSCRIPTION_DISABLED', [new GraphQLError(SUBSCRIPTION_REFUSED)]);
  }
  const whole = onlyWhatItUses(document, operation);
  const exceeded = exceededLimits(whole, operation, limits);
  const [refusal] = limits.warnOnly ? [] : exceeded;
  if (refusal !== undefined) return invalid(refusal.code, [new GraphQLError(refusal.message)]);
  const conditions = findConditions(whole, operation);
  const values = new Map(
    conditions.map(({ variable, byDefault }) => [variable, given.get(variable) ?? byDefault]),
  );
  const resolved = onlyWhatItUses(resolveConditions(whole, values), operation);
  const { document: ownNames, variableNames } = renameOwnVariables(resolved);
  const { document: lifted, lifted: literals } = liftLiterals(supergraph.apiSchema, ownNames);
  const { document: distinct, clientNames } = giveDistinctNames(lifted, supergraph.internalNames);
  try {
    const { document: authorized, unauthorized } =
      supergraph.authorization === undefined
        ? { document: distinct, unauthorized: [] }
        : authorizeOperation(supergraph.apiSchema, distinct, supergraph.authorization, new Set(permissions));
    const plan =
      authorized === undefined ? undefined : supergraph.plan(withoutNever(authorized), new Set(overridden));
    onDone('plan');
    return {
      kind: 'valid',
      conditions,
      text: stripIgnoredCharacters(print(distinct)),
      clientNames,
      lifted: literals,
      variableNames,
      warnings: exceeded.map(({ code }) => code),
      plan,
      unplanned: authorized === undefined ? [] : findUnplannedFields(supergraph, authorized, plan),
      unauthorized,
      nothingAuthorized: authorized === undefined,
      costs: supergraph.costOf?.(plan),
      usage: supergraph.usageOf?.(whole, operation.name?.value),
    };
  } catch (error) {
    return invalid('QUERY_PLANNING_FAILED', [new GraphQLError((error as Error).message)], conditions);
  }
}

function onlyWhatItUses(document: DocumentNode, { name }: OperationDefinitionNode): DocumentNode {
  return separateOperations(document)[name?.value ?? ''] ?? document;
}

const invalid = (
  code: OperationError['code'],
  errors: readonly GraphQLError[],
  conditions: readonly Condition[] = [],
): Prepared => ({
  kind: 'invalid',
  conditions,
  errors: errors.map(({ message, positions }) => ({ message, code, positions: positions ?? [] })),
});

const SUBSCRIPTION_REFUSED =
  'This gateway answers queries and mutations. The subgraphs serve subscriptions, over WebSocket ' +
  '(graphql-transport-ws) at their own /graphql: see docs/subscriptions.md.';

const unknownOperation = (name: string | undefined): string =>
  name === undefined
    ? 'The document has several operations: say which to run with "operationName".'
    : `The document has no operation named "${name}".`;
