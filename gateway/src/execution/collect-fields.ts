import {
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { TypeConditions } from './type-conditions.ts';

/** The fields of one response key, in document order. */
export type CollectedFields = ReadonlyMap<string, readonly FieldNode[]>;

export interface FieldCollector {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly matches: TypeConditions;
}

/**
 * The fields that selection sets ask of an object of a type.
 *
 * @see https://spec.graphql.org/October2021/#CollectFields()
 */
export function collectFields(
  { fragments, matches }: FieldCollector,
  selectionSets: readonly SelectionSetNode[],
  typename: string,
): CollectedFields {
  const fields = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  const collect = (selectionSet: SelectionSetNode): void => {
    for (const selection of selectionSet.selections) {
      if (isLeftOut(selection)) continue;
      switch (selection.kind) {
        case Kind.FIELD: {
          const key = selection.alias?.value ?? selection.name.value;
          const nodes = fields.get(key);
          if (nodes === undefined) fields.set(key, [selection]);
          else nodes.push(selection);
          break;
        }
        case Kind.INLINE_FRAGMENT: {
          const condition = selection.typeCondition?.name.value;
          if (condition === undefined || matches(condition, typename)) collect(selection.selectionSet);
          break;
        }
        case Kind.FRAGMENT_SPREAD: {
          const fragment = fragments.get(selection.name.value);
          if (fragment === undefined || visited.has(fragment.name.value)) break;
          visited.add(fragment.name.value);
          if (matches(fragment.typeCondition.name.value, typename)) collect(fragment.selectionSet);
        }
      }
    }
  };
  for (const selectionSet of selectionSets) collect(selectionSet);
  return fields;
}

/** Conditions are resolved before an operation is planned; the one that may be left marks an object without fields. */
const isLeftOut = ({ directives = [] }: SelectionNode): boolean =>
  directives.some(({ name }) => name.value === 'skip');

export const fragmentsOf = ({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> =>
  new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
