import { getVariableValues, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { toPlainJson } from '../execution/json.ts';
import type { JsonObject } from '../execution/own.ts';
import { RequestRefusedError } from './request-refused-error.ts';

/** A client that sends a list of a million wrong values is not told of each. */
const MAX_ERRORS = 50;

const NONE: readonly RequestRefusedError[] = [];

/**
 * What is wrong with the variables of a request. Subgraphs get them as the client sent them: what a value means is
 * decided where it is used.
 *
 * @see https://spec.graphql.org/October2021/#CoerceVariableValues()
 */
export function checkVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: JsonObject,
): readonly RequestRefusedError[] {
  if (variableDefinitions.length === 0) return NONE;
  const { errors = [] } = getVariableValues(schema, variableDefinitions, toPlainJson(variables), {
    maxErrors: MAX_ERRORS,
  });
  return errors.map(
    ({ message, nodes }) =>
      new RequestRefusedError(message, {
        code: 'BAD_USER_INPUT',
        status: 400,
        ...(nodes === undefined ? {} : { nodes }),
      }),
  );
}
