import {
  Kind,
  OperationTypeNode,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
  type FieldNode,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { bodyStart } from './compile-plan.ts';
import { onlyOperation } from './only-operation.ts';

export interface MergedDocument {
  /** JSON text of the request body up to the variables' opening brace. */
  readonly bodyStart: string;
}

/**
 * One document for several entity fetches: part n has its entities in `en` and takes its representations from
 * the variable `rn`.
 *
 * @returns undefined for documents that cannot be one: a variable has another type in each.
 */
export function mergeDocuments(documents: readonly string[]): MergedDocument | undefined {
  const variables = new Map<string, VariableDefinitionNode>();
  const fields: FieldNode[] = [];
  for (const [index, document] of documents.entries()) {
    const part = renumber(onlyOperation(parse(document, { noLocation: true })), index);
    for (const definition of part.variableDefinitions ?? []) {
      const name = definition.variable.name.value;
      const known = variables.get(name);
      if (known !== undefined && print(known) !== print(definition)) return undefined;
      variables.set(name, definition);
    }
    for (const selection of part.selectionSet.selections) {
      if (selection.kind !== Kind.FIELD) return undefined;
      fields.push({ ...selection, alias: { kind: Kind.NAME, value: `e${index}` } });
    }
  }
  const merged = print({
    kind: Kind.DOCUMENT,
    definitions: [
      {
        kind: Kind.OPERATION_DEFINITION,
        operation: OperationTypeNode.QUERY,
        variableDefinitions: [...variables.values()],
        selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
      },
    ],
  });
  return { bodyStart: bodyStart(stripIgnoredCharacters(merged), undefined) };
}

/** `representations` becomes `rn`. */
const renumber = (operation: OperationDefinitionNode, index: number): OperationDefinitionNode =>
  visit(operation, {
    Variable: (variable) =>
      variable.name.value === 'representations'
        ? { ...variable, name: { kind: Kind.NAME, value: `r${index}` } }
        : undefined,
  });
