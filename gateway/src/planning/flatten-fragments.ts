import {
  isAbstractType,
  isInterfaceType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { TYPENAME } from './entity-fetch.ts';

/** Names of object types. */
type Kinds = ReadonlySet<string>;

/**
 * `... on Film { ... on Title { name } ... on Book { pages } }` becomes `... on Film { name }`: a fragment that every object there
 * is of is written out, and one that none can be of is left out.
 *
 * For operations that the planner finds no plan for: below a kind of an interface object it loses its way at a fragment
 * that says nothing new. The answer is written by the client's own document.
 *
 * @param document Without fragments that have names.
 */
export function flattenFragments(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const typeInfo = new TypeInfo(schema);
  const kindsOf = (type: GraphQLCompositeType): Kinds =>
    new Set(isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name]);

  const flatten = (
    selections: readonly SelectionNode[],
    type: GraphQLCompositeType,
    kinds: Kinds,
  ): readonly SelectionNode[] =>
    selections.flatMap((selection): readonly SelectionNode[] => {
      if (selection.kind !== Kind.INLINE_FRAGMENT) return [selection];
      const narrowed = conditionOf(schema, selection) ?? type;
      const members = kindsOf(narrowed);
      const left = new Set([...kinds].filter((kind) => members.has(kind)));
      if (left.size === 0) return [];
      const isPlain = (selection.directives ?? []).length === 0;
      if (isPlain && left.size === kinds.size && hasFieldsOf(schema, type, narrowed))
        return flatten(selection.selectionSet.selections, type, kinds);
      const inner = flatten(selection.selectionSet.selections, narrowed, left);
      return inner.length === 0
        ? []
        : [{ ...selection, selectionSet: { ...selection.selectionSet, selections: inner } }];
    });

  return visit(
    document,
    visitWithTypeInfo(typeInfo, {
      SelectionSet: (set, _key, parent): SelectionSetNode | undefined => {
        const type = typeInfo.getParentType();
        // What is below a fragment has been flattened with what the fragment stands in.
        const isOfFragment = parent !== undefined && 'kind' in parent && parent.kind === Kind.INLINE_FRAGMENT;
        if (isOfFragment || type === null || type === undefined) return undefined;
        const selections = flatten(set.selections, type, kindsOf(type));
        return { ...set, selections: selections.length === 0 ? [TYPENAME] : selections };
      },
    }),
  );
}

function conditionOf(
  schema: GraphQLSchema,
  { typeCondition }: InlineFragmentNode,
): GraphQLCompositeType | undefined {
  return typeCondition && (schema.getType(typeCondition.name.value) as GraphQLCompositeType | undefined);
}

/** Whether what can be asked of the one type can be asked of the other. */
const hasFieldsOf = (
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  other: GraphQLCompositeType,
): boolean => type === other || (isInterfaceType(other) && schema.isSubType(other, type as typeof other));
