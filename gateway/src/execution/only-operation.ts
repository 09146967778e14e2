import { Kind, type DocumentNode, type OperationDefinitionNode } from 'graphql';

/** @throws TypeError for a document without an operation. */
export function onlyOperation({ definitions }: DocumentNode): OperationDefinitionNode {
  const operation = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new TypeError('a document without an operation');
  return operation;
}
