import {
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
import { TYPENAME } from './entity-fetch.ts';

/**
 * `... on Product { name note }` becomes `__typename note ... on Product { name }` where the interface around
 * it has `note` too.
 *
 * For operations that the planner finds no plan for: a field that an interface object adds can be had without
 * knowing the kind, from the subgraph that one is in; asked for below a kind, the planner wants to learn the kind
 * first, and may find no way back. Nothing else changes for the client: the answer is written by its own document, which
 * needs the kind, and where no fragment is left nobody else would ask for it.
 */
export function hoistInterfaceFields(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const typeInfo = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(typeInfo, {
      SelectionSet: (set): SelectionSetNode | undefined => {
        const type = typeInfo.getParentType();
        if (!isInterfaceType(type)) return undefined;
        const fields = type.getFields();
        const isShared = (selection: SelectionNode): boolean =>
          selection.kind === Kind.FIELD && fields[selection.name.value] !== undefined;
        const hoisted: SelectionNode[] = [];
        const rest = set.selections.flatMap((selection): readonly SelectionNode[] => {
          if (selection.kind !== Kind.INLINE_FRAGMENT || (selection.directives ?? []).length > 0)
            return [selection];
          const { selections } = selection.selectionSet;
          hoisted.push(...selections.filter(isShared));
          const left = selections.filter((inner) => !isShared(inner));
          return left.length === 0
            ? []
            : [{ ...selection, selectionSet: { kind: Kind.SELECTION_SET, selections: left } }];
        });
        return hoisted.length === 0 ? undefined : { ...set, selections: [TYPENAME, ...hoisted, ...rest] };
      },
    }),
  );
}
