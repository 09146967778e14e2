import {
  getVariableValues,
  isInputType,
  Kind,
  typeFromAST,
  type ASTNode,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql';
import { toPlainJson } from '../execution/json.ts';
import { getOwn, type JsonObject } from '../execution/own.ts';
import type { ClientFacts } from '../supergraph/operations.ts';
import { isSurelyOfType } from './is-surely-of-type.ts';
import { RequestRefusedError } from './request-refused-error.ts';

/** A client that sends a list of a million wrong values is not told of each. */
const MAX_ERRORS = 50;

const NO_ERRORS: readonly RequestRefusedError[] = [];
const NONE: { readonly errors?: readonly GraphQLError[] } = {};

/**
 * What is wrong with the variables of a request. Subgraphs get them as the client sent them: what a value means is
 * decided where it is used.
 *
 * @see https://spec.graphql.org/October2021/#CoerceVariableValues()
 */
export function checkVariables(
  schema: GraphQLSchema,
  { definition: { variableDefinitions = [] }, conditions }: Pick<ClientFacts, 'definition' | 'conditions'>,
  variables: JsonObject,
): readonly RequestRefusedError[] {
  const isRight = (definition: VariableDefinitionNode) => isSurelyRight(schema, definition, variables);
  const { errors = [] } = variableDefinitions.every(isRight)
    ? NONE
    : getVariableValues(schema, variableDefinitions, toPlainJson(variables), { maxErrors: MAX_ERRORS });
  if (errors.length > 0) return errors.map(({ message, nodes }) => refused(message, nodes));
  // A default lets a variable that may be null stand where null may not: null itself still may not.
  const empty = conditions.find(({ variable }) => getOwn(variables, variable) === null)?.variable;
  return empty === undefined
    ? NO_ERRORS
    : [
        refused(
          `Variable "$${empty}" must not be null where @skip or @include use it.`,
          variableDefinitions.filter(({ variable }) => variable.name.value === empty),
        ),
      ];
}

const refused = (message: string, nodes: readonly ASTNode[] | undefined) =>
  new RequestRefusedError(message, {
    code: 'BAD_USER_INPUT',
    status: 400,
    ...(nodes === undefined ? {} : { nodes }),
  });

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
