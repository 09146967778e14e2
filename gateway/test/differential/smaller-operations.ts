import { Kind, parse, print, visit, type ASTNode, type DocumentNode, type SelectionNode } from 'graphql';
import type { GeneratedOperation } from './generate-operation.ts';

/** The operation with one part left out, each part in turn, the largest first; not all of them are valid. */
export function* smallerOperations({ query, variables }: GeneratedOperation): Generator<GeneratedOperation> {
  const document = parse(query, { noLocation: true });
  for (const change of [withoutNode, withoutWrapping, withoutAlias]) {
    for (const target of nodesOf(document)) {
      const changed = change(document, target);
      if (changed === undefined) continue;
      const tidy = withoutUnused(changed);
      const text = print(tidy);
      if (text !== query) yield { query: text, variables: onlyDeclared(tidy, variables) };
    }
  }
}

function nodesOf(document: DocumentNode): ASTNode[] {
  const nodes: ASTNode[] = [];
  visit(document, {
    enter: (node) => {
      nodes.push(node);
    },
  });
  return nodes;
}

const REMOVABLE: readonly string[] = [
  Kind.FIELD,
  Kind.INLINE_FRAGMENT,
  Kind.FRAGMENT_SPREAD,
  Kind.DIRECTIVE,
  Kind.ARGUMENT,
  Kind.OBJECT_FIELD,
];

function withoutNode(document: DocumentNode, target: ASTNode): DocumentNode | undefined {
  if (!REMOVABLE.includes(target.kind)) return undefined;
  const changed = visit(document, { enter: (node) => (node === target ? null : undefined) });
  const isEmpty = nodesOf(changed).some(
    (node) => node.kind === Kind.SELECTION_SET && node.selections.length === 0,
  );
  return isEmpty ? undefined : changed;
}

/** A fragment's selections instead of the fragment. */
function withoutWrapping(document: DocumentNode, target: ASTNode): DocumentNode | undefined {
  const inside =
    target.kind === Kind.INLINE_FRAGMENT
      ? target.selectionSet
      : target.kind === Kind.FRAGMENT_SPREAD
        ? document.definitions
            .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
            .find(({ name }) => name.value === target.name.value)?.selectionSet
        : undefined;
  if (inside === undefined) return undefined;
  return visit(document, {
    SelectionSet: (node) =>
      (node.selections as readonly ASTNode[]).includes(target)
        ? {
            ...node,
            selections: node.selections.flatMap((selection): readonly SelectionNode[] =>
              selection === target ? inside.selections : [selection],
            ),
          }
        : undefined,
  });
}

function withoutAlias(document: DocumentNode, target: ASTNode): DocumentNode | undefined {
  if (target.kind !== Kind.FIELD || target.alias === undefined) return undefined;
  return visit(document, {
    Field: (node) => (node === target ? { ...node, alias: undefined } : undefined),
  });
}

function withoutUnused(document: DocumentNode): DocumentNode {
  const used = new Set<string>();
  const visitSpreads = (node: ASTNode): void => {
    visit(node, {
      FragmentSpread: ({ name }) => {
        if (used.has(name.value)) return;
        used.add(name.value);
        for (const definition of document.definitions)
          if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name.value)
            visitSpreads(definition);
      },
    });
  };
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) visitSpreads(definition);
  const kept = {
    ...document,
    definitions: document.definitions.filter(
      (definition) => definition.kind !== Kind.FRAGMENT_DEFINITION || used.has(definition.name.value),
    ),
  };
  const variables = new Set<string>();
  visit(kept, {
    VariableDefinition: () => false,
    Variable: ({ name }) => {
      variables.add(name.value);
    },
  });
  return visit(kept, {
    VariableDefinition: (node) => (variables.has(node.variable.name.value) ? undefined : null),
  });
}

function onlyDeclared(
  document: DocumentNode,
  variables: GeneratedOperation['variables'],
): GeneratedOperation['variables'] {
  const declared = document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? (definition.variableDefinitions ?? []).map(({ variable }) => variable.name.value)
      : [],
  );
  return Object.fromEntries(Object.entries(variables).filter(([name]) => declared.includes(name)));
}
