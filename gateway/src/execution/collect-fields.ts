import {
  Kind,
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
  /** The value of a Boolean variable. */
  readonly conditions: (variable: string) => boolean;
  readonly matches: TypeConditions;
}

/**
 * The fields that selection sets ask of an object of a type.
 *
 * @see https://spec.graphql.org/October2021/#CollectFields()
 */
export function collectFields(
  { fragments, conditions, matches }: FieldCollector,
  selectionSets: readonly SelectionSetNode[],
  typename: string,
): CollectedFields {
  const fields = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  const collect = (selectionSet: SelectionSetNode): void => {
    for (const selection of selectionSet.selections) {
      if (!isIncluded(selection, conditions)) continue;
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

function isIncluded(selection: SelectionNode, conditions: FieldCollector['conditions']): boolean {
  return (selection.directives ?? []).every(({ name, arguments: args }) => {
    if (name.value !== 'skip' && name.value !== 'include') return true;
    const value = args?.[0]?.value;
    const condition =
      value?.kind === Kind.VARIABLE
        ? conditions(value.name.value)
        : value?.kind === Kind.BOOLEAN && value.value;
    return condition === (name.value === 'include');
  });
}
