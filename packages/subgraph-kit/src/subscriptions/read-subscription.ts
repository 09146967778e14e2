import { BadRequestError } from '@tributary/service-kit';
import {
  getOperationAST,
  getVariableValues,
  GraphQLError,
  OperationTypeNode,
  parse,
  validate,
  type DocumentNode,
  type ExecutionArgs,
  type GraphQLSchema,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { countFields } from './count-fields.ts';
import { SubscriptionTooLargeError } from './subscription-errors.ts';

/** Every event runs them all. */
const MAX_FIELDS = 500;
const MAX_TOKENS = 5_000;
const MAX_VARIABLE_ERRORS = 10;

/** What a client asks for, ready to run, or why it is refused. */
export function readSubscription(
  schema: GraphQLSchema,
  { query, operationName, variables }: SubscribePayload,
): ExecutionArgs | readonly GraphQLError[] {
  let document: DocumentNode;
  try {
    document = parse(query, { maxTokens: MAX_TOKENS });
  } catch (error) {
    return [withCode(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')];
  }
  const errors = validate(schema, document);
  if (errors.length > 0) return errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED'));
  const operation = getOperationAST(document, operationName);
  if (operation === null || operation === undefined)
    return [withCode(new GraphQLError(unknownOperation(operationName)), 'OPERATION_RESOLUTION_FAILURE')];
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION)
    return [refuse(new BadRequestError('Only subscriptions are taken here. POST queries and mutations.'))];
  if (countFields(document) > MAX_FIELDS) return [refuse(new SubscriptionTooLargeError(MAX_FIELDS))];
  const { errors: wrongVariables = [] } = getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    variables ?? {},
    { maxErrors: MAX_VARIABLE_ERRORS },
  );
  if (wrongVariables.length > 0) return wrongVariables.map((error) => withCode(error, 'BAD_USER_INPUT'));
  return {
    schema,
    document,
    operationName: operationName ?? null,
    variableValues: variables ?? null,
  };
}

/** As a GraphQLError, which the protocol's library asks for. */
export const refuse = (originalError: Error): GraphQLError =>
  new GraphQLError(originalError.message, { originalError });

const withCode = ({ message, nodes, source, positions }: GraphQLError, code: string): GraphQLError =>
  new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions: { code },
  });

const unknownOperation = (name: string | null | undefined): string =>
  name === undefined || name === null
    ? 'The document has several operations: say which to run with "operationName".'
    : `The document has no operation named "${name}".`;
