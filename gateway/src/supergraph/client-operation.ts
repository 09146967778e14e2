import {
  getOperationAST,
  Kind,
  Location,
  parse,
  Token,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import type { OperationText } from '../planning/protocol.ts';

/** What is kept of an operation as the client wrote it: what its variables are, and where they stand. */
export type ClientOperation = Pick<OperationDefinitionNode, 'operation' | 'name' | 'variableDefinitions'>;

/** @param text Of a valid document. */
export function readClientOperation({ text, operationName }: OperationText): ClientOperation {
  const definition = getOperationAST(parse(text), operationName);
  if (definition === null || definition === undefined) throw new TypeError('no operation of that name');
  const { operation, name, variableDefinitions = [] } = definition;
  return {
    operation,
    ...(name && { name: { kind: Kind.NAME, value: name.value } }),
    variableDefinitions: variableDefinitions.map(withoutTokens),
  };
}

/**
 * Every location holds the tokens of the whole document, a hundred times its size. A default counts for being there: its
 * value is in the operation as it is planned.
 */
const withoutTokens = ({ kind, variable, type, defaultValue, loc }: VariableDefinitionNode) =>
  ({
    kind,
    variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: variable.name.value } },
    type: bareType(type),
    ...(defaultValue && { defaultValue: { kind: Kind.NULL } }),
    ...(loc && { loc: placeOf(loc) }),
  }) satisfies VariableDefinitionNode;

type Type = VariableDefinitionNode['type'];

function bareType(type: Type): Type {
  if (type.kind === Kind.NAMED_TYPE)
    return { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name.value } };
  if (type.kind === Kind.LIST_TYPE) return { kind: Kind.LIST_TYPE, type: bareType(type.type) };
  const { type: inner } = type;
  return { kind: Kind.NON_NULL_TYPE, type: bareType(inner) as typeof inner };
}

function placeOf({ startToken, source }: Location): Location {
  const { kind, start, end, line, column } = startToken;
  const token = new Token(kind, start, end, line, column);
  return new Location(token, token, source);
}
