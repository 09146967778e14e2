import { trimSelectionNodes, type PlanNode } from '@apollo/query-planner';
import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  Kind,
  OperationTypeNode,
  parseType,
  print,
  stripIgnoredCharacters,
  visit,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type VariableDefinitionNode,
} from 'graphql';

/** A fetch of entities that the gateway puts into a plan itself. */
export interface EntityFetch {
  /** Where the entities are in the response; `@` for every element of a list. */
  readonly path: readonly string[];
  /** Their type, as it is known where they come from. */
  readonly type: string;
  readonly subgraph: string;
  /** Their type in the subgraph that is asked: an interface object is of no kind there. */
  readonly typeThere: string;
  /** What is required, and a key, in the planner's order: what is sent of an entity is told apart by its text. */
  readonly sent: readonly SelectionNode[];
  readonly wanted: readonly SelectionNode[];
  readonly operationName: string | undefined;
  /** Those that may be used. */
  readonly variables: readonly VariableDefinitionNode[];
  readonly outputRewrites: readonly FetchDataRewrite[];
}

export function entityFetch(fetch: EntityFetch): PlanNode {
  const { path, type, subgraph, typeThere, operationName, outputRewrites } = fetch;
  const wanted = distinctSelections(fetch.wanted);
  const used = variablesIn(wanted);
  const operation = print({
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    ...(operationName === undefined ? {} : { name: { kind: Kind.NAME, value: operationName } }),
    variableDefinitions: [
      REPRESENTATIONS,
      ...fetch.variables.filter(({ variable }) => used.has(variable.name.value)),
    ],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [
        {
          kind: Kind.FIELD,
          name: { kind: Kind.NAME, value: '_entities' },
          arguments: [
            { kind: Kind.ARGUMENT, name: REPRESENTATIONS.variable.name, value: REPRESENTATIONS.variable },
          ],
          selectionSet: { kind: Kind.SELECTION_SET, selections: [onType(typeThere, wanted)] },
        },
      ],
    },
  });
  const requires: QueryPlanSelectionNode[] = trimSelectionNodes([
    onType(type, distinctSelections([TYPENAME, ...fetch.sent])),
  ]);
  return {
    kind: 'Flatten',
    path: [...path],
    node: {
      kind: 'Fetch',
      serviceName: subgraph,
      requires,
      variableUsages: [...used],
      operation: stripIgnoredCharacters(operation),
      operationName,
      operationKind: OperationTypeNode.QUERY,
      ...(typeThere === type
        ? {}
        : {
            inputRewrites: [
              { kind: 'ValueSetter', path: [`... on ${type}`, '__typename'], setValueTo: typeThere },
            ],
          }),
      ...(outputRewrites.length === 0 ? {} : { outputRewrites: [...outputRewrites] }),
    },
  };
}

export const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

const REPRESENTATIONS = {
  kind: Kind.VARIABLE_DEFINITION,
  variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: 'representations' } },
  type: parseType('[_Any!]!', { noLocation: true }),
} as const satisfies VariableDefinitionNode;

export const onType = (type: string, selections: readonly SelectionNode[]): SelectionNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
  selectionSet: { kind: Kind.SELECTION_SET, selections },
});

/** Each selection once. */
export function distinctSelections(selections: readonly SelectionNode[]): readonly SelectionNode[] {
  return [...new Map(selections.map((selection) => [print(selection), selection])).values()];
}

export function variablesIn(selections: readonly SelectionNode[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const selection of selections)
    visit(selection, { Variable: ({ name }) => void names.add(name.value) });
  return names;
}

/** The operation with this selection, and of its variables those that are left. */
export function withSelections(
  operation: OperationDefinitionNode,
  selections: readonly SelectionNode[],
): { readonly text: string; readonly variables: ReadonlySet<string> } {
  const variables = variablesIn(selections);
  const { variableDefinitions = [] } = operation;
  const text = print({
    ...operation,
    variableDefinitions: variableDefinitions.filter(({ variable }) => variables.has(variable.name.value)),
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  });
  return { text: stripIgnoredCharacters(text), variables };
}
