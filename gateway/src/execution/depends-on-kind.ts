import {
  doTypesOverlap,
  isCompositeType,
  Kind,
  type GraphQLInterfaceType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import type { FieldCollector } from './collect-fields.ts';

/** Whether selections ask an object of which no more than its interface is known for what depends on its kind. */
export function dependsOnKind(
  schema: GraphQLSchema,
  { fragments, matches }: FieldCollector,
  selectionSets: readonly SelectionSetNode[],
  type: GraphQLInterfaceType,
): boolean {
  // Looked into once each: forty fragments, each with the next one twice, would be a thousand billion.
  const spread = new Set<string>();
  const mayBe = (condition: string): boolean => {
    const other = schema.getType(condition);
    return !isCompositeType(other) || doTypesOverlap(schema, other, type);
  };
  const depends = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return selection.name.value === '__typename';
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (spread.has(selection.name.value)) return false;
        spread.add(selection.name.value);
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value ?? type.name;
      if (!matches(condition, type.name)) return mayBe(condition);
      return fragment !== undefined && depends(fragment.selectionSet);
    });
  return selectionSets.some(depends);
}
