import type {
  FetchNode,
  PlanNode,
  QueryPlanInlineFragmentNode,
  QueryPlanSelectionNode,
  SubscriptionNode,
} from '@apollo/query-planner';
import { Kind } from 'graphql';
import { mapFetches } from './map-fetches.ts';
import type { SubgraphTypes } from './subgraph-types.ts';

/**
 * A plan whose fetches send of each object either a whole key or nothing.
 *
 * The planner asks for a field of one kind, below an interface object, with `... on Film { id } ... on Media { title }`:
 * the key for the kind that is wanted, what is required for all of them. Objects of other kinds would be
 * asked for without a key. What is sent for a kind without one is sent only where it completes another.
 *
 * @param membersOf Names of the types that a type condition selects.
 */
export function completeRepresentations<T extends PlanNode | SubscriptionNode>(
  types: SubgraphTypes,
  membersOf: (type: string) => readonly string[],
  node: T,
): T | PlanNode {
  return mapFetches(node, ({ fetch, place }) => {
    const requires = completed(types, membersOf, fetch);
    return place(requires === fetch.requires ? fetch : { ...fetch, requires: [...(requires ?? [])] });
  });
}

function completed(
  types: SubgraphTypes,
  membersOf: (type: string) => readonly string[],
  { requires, serviceName }: FetchNode,
): readonly QueryPlanSelectionNode[] | undefined {
  if (requires === undefined || requires.length < 2) return requires;
  const fragments = requires.filter(
    (each): each is ConditionalFragment => each.kind === 'InlineFragment' && each.typeCondition !== undefined,
  );
  if (fragments.length < requires.length) return requires;
  const hasKey = ({ typeCondition, selections }: ConditionalFragment): boolean => {
    const names = new Set(selections.flatMap((each) => (each.kind === 'Field' ? [each.name] : [])));
    return [typeCondition, ...types.interfacesOf(typeCondition)].some((type) =>
      types
        .keysOf(serviceName, type)
        .some((key) => key.every((field) => field.kind === Kind.FIELD && names.has(field.name.value))),
    );
  };
  const whole = fragments.filter(hasKey);
  const identified = new Set(
    whole.flatMap(({ typeCondition }) => [typeCondition, ...membersOf(typeCondition)]),
  );
  const parts = fragments.filter(
    (each) => !whole.includes(each) && membersOf(each.typeCondition).some((type) => !identified.has(type)),
  );
  if (whole.length === 0 || parts.length === 0) return requires;
  return fragments.flatMap((fragment): readonly QueryPlanSelectionNode[] => {
    if (parts.includes(fragment)) return [];
    if (!whole.includes(fragment)) return [fragment];
    const members = new Set(membersOf(fragment.typeCondition));
    const more = parts.filter(({ typeCondition }) =>
      membersOf(typeCondition).some((type) => members.has(type)),
    );
    return [{ ...fragment, selections: [...fragment.selections, ...more] }];
  });
}

type ConditionalFragment = QueryPlanInlineFragmentNode & { readonly typeCondition: string };
