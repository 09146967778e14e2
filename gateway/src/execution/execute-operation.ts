import { GraphQLError, getVariableValues, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { CompiledOperation } from './compile-operation.ts';
import { getOwn, type JsonObject } from './own.ts';
import { runPlan } from './run-plan.ts';
import type { SubgraphSender } from './subgraph-sender.ts';
import type { TypeConditions } from './type-conditions.ts';

export interface ExecutionOptions {
  readonly schema: GraphQLSchema;
  readonly matches: TypeConditions;
  readonly variables: JsonObject;
  readonly send: SubgraphSender;
}

/**
 * Runs a compiled operation: coerce the variables, run the plan, shape the answer.
 *
 * Errors of value completion go to `extensions.valueCompletion` and only when nothing else went wrong, as
 * Apollo's gateways do: after a failed fetch they would report the same loss a second time.
 */
export async function executeOperation(
  compiled: CompiledOperation,
  { schema, matches, variables, send }: ExecutionOptions,
): Promise<ExecutionResult> {
  const { coerced, errors: inputErrors } = getVariableValues(
    schema,
    compiled.operation.variableDefinitions ?? [],
    variables,
    { maxErrors: 50 },
  );
  if (inputErrors !== undefined) return { errors: inputErrors.map(toInputError) };
  const conditions = (variable: string): boolean => getOwn(coerced, variable) === true;

  const data: JsonObject = {};
  const errors: GraphQLError[] = [];
  await runPlan(compiled.plan, { data, errors, variables, conditions, matches, send });
  const variant = compiled.variantFor(conditions);
  errors.push(...variant.introspect(variables, data));
  const projection = variant.project(data);
  if (errors.length > 0) return { data: projection.data, errors };
  if (projection.errors.length === 0) return { data: projection.data };
  return { data: projection.data, extensions: { valueCompletion: projection.errors } };
}

const toInputError = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
