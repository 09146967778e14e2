import { getVariableValues, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { toPlainJson } from '../execution/json.ts';
import type { JsonObject } from '../execution/own.ts';
import { RequestRefusedError } from './request-refused-error.ts';

/** A client that sends a list of a million wrong values is not told of each. */
const MAX_ERRORS = 50;

const NONE: JsonObject = {};

/** @see https://spec.graphql.org/October2021/#CoerceVariableValues() */
export function coerceVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: JsonObject,
): JsonObject | readonly RequestRefusedError[] {
  if (variableDefinitions.length === 0) return NONE;
  const { coerced, errors } = getVariableValues(schema, variableDefinitions, toPlainJson(variables), {
    maxErrors: MAX_ERRORS,
  });
  if (errors === undefined) return coerced;
  return errors.map(
    ({ message, nodes }) =>
      new RequestRefusedError(message, {
        code: 'BAD_USER_INPUT',
        status: 400,
        ...(nodes === undefined ? {} : { nodes }),
      }),
  );
}
