import {
  executeSync,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { setOwn, type JsonObject } from './own.ts';

/** Answers `__schema` and `__type` from the API schema, into `data`. */
export function introspect(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Iterable<FragmentDefinitionNode>,
  fields: readonly FieldNode[],
  variables: JsonObject,
  data: JsonObject,
): readonly GraphQLError[] {
  const document = {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        ...operation,
        selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
      },
      ...fragments,
    ],
  } as const;
  const result = executeSync({ schema, document, variableValues: variables });
  for (const [key, value] of Object.entries(result.data ?? {})) setOwn(data, key, value);
  return result.errors ?? [];
}

export const isIntrospection = ({ name }: FieldNode): boolean =>
  name.value === '__schema' || name.value === '__type';
