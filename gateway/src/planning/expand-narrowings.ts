import {
  isAbstractType,
  isInterfaceType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * `... on Timed { minutes }` below an interface becomes `... on Film { minutes } ... on Series { minutes }`, a fragment
 * for each kind that both have.
 *
 * For operations that the planner finds no plan for: it cannot narrow an interface object to an abstract type
 * that its subgraph does not know, but it can find out of which kind an object is. The answer is written by the client's
 * own document.
 */
export function expandNarrowings(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const typeInfo = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(typeInfo, {
      SelectionSet: (set): SelectionSetNode | undefined => {
        const type = typeInfo.getParentType();
        if (!isInterfaceType(type)) return undefined;
        const kinds = schema.getPossibleTypes(type);
        let isExpanded = false as boolean;
        const selections = set.selections.flatMap((selection): readonly SelectionNode[] => {
          if (selection.kind !== Kind.INLINE_FRAGMENT) return [selection];
          const narrowed = schema.getType(selection.typeCondition?.name.value ?? type.name);
          if (!isAbstractType(narrowed) || narrowed === type) return [selection];
          isExpanded = true;
          return kinds
            .filter((kind) => schema.isSubType(narrowed, kind))
            .map(({ name }) => ({
              ...selection,
              typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: name } },
            }));
        });
        return isExpanded ? { ...set, selections } : undefined;
      },
    }),
  );
}
