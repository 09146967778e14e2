import {
  getVariableValues,
  isInputType,
  Kind,
  typeFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql';
import { toPlainJson } from '../execution/json.ts';
import type { JsonObject } from '../execution/own.ts';
import type { ClientOperation } from '../supergraph/client-operation.ts';
import { isSurelyOfType } from './is-surely-of-type.ts';
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
  { variableDefinitions = [] }: ClientOperation,
  variables: JsonObject,
): readonly RequestRefusedError[] {
  if (variableDefinitions.every((definition) => isSurelyRight(schema, definition, variables))) return NONE;
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

const types = new WeakMap<VariableDefinitionNode, GraphQLInputType | null>();

/** Nearly all variables are: only for others it has to be said what is wrong with them. */
function isSurelyRight(
  schema: GraphQLSchema,
  definition: VariableDefinitionNode,
  variables: JsonObject,
): boolean {
  const { variable, defaultValue } = definition;
  const name = variable.name.value;
  if (!Object.hasOwn(variables, name))
    return defaultValue !== undefined || definition.type.kind !== Kind.NON_NULL_TYPE;
  let type = types.get(definition);
  if (type === undefined) {
    const found = typeFromAST(schema, definition.type as never);
    types.set(definition, (type = isInputType(found) ? found : null));
  }
  return type !== null && isSurelyOfType(variables[name], type);
}
