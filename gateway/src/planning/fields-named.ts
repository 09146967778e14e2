import { Kind, type FieldNode, type SelectionNode } from 'graphql';

/** The fields of a name in a field set, for whatever kind of object. */
export const fieldsNamed = (selections: readonly SelectionNode[], name: string): readonly FieldNode[] =>
  selections.flatMap((each): readonly FieldNode[] => {
    if (each.kind === Kind.FIELD) return each.name.value === name ? [each] : [];
    return each.kind === Kind.INLINE_FRAGMENT ? fieldsNamed(each.selectionSet.selections, name) : [];
  });
