import { Kind, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';

/**
 * The supergraph without keys that are `resolvable: false`.
 *
 * The planner enters a subgraph again through the first key it finds there, also one that the subgraph has said
 * it cannot resolve. Such a key tells a planner nothing else: leaving a subgraph needs the fields, not the key.
 */
export function dropUnresolvableKeys(supergraph: DocumentNode): DocumentNode {
  const clean = <T extends { readonly directives?: readonly ConstDirectiveNode[] }>(
    node: T,
  ): T | undefined => {
    const directives = node.directives ?? [];
    if (!directives.some(isUnresolvable)) return undefined;
    const kept = directives.filter((directive) => !isUnresolvable(directive));
    const graphs = new Set(kept.filter(isJoinType).map(graphOf));
    // The type still belongs to the subgraph.
    const memberships = directives.filter(isUnresolvable).flatMap((directive) => {
      if (graphs.has(graphOf(directive))) return [];
      graphs.add(graphOf(directive));
      return [
        {
          ...directive,
          arguments: (directive.arguments ?? []).filter(({ name }) => !ABOUT_KEYS.has(name.value)),
        },
      ];
    });
    return { ...node, directives: [...kept, ...memberships] };
  };
  return visit(supergraph, { ObjectTypeDefinition: clean, InterfaceTypeDefinition: clean });
}

const ABOUT_KEYS = new Set(['key', 'resolvable']);

const isJoinType = ({ name }: ConstDirectiveNode): boolean => name.value === 'join__type';

const isUnresolvable = (directive: ConstDirectiveNode): boolean =>
  isJoinType(directive) &&
  (directive.arguments ?? []).some(
    ({ name, value }) => name.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value,
  );

const graphOf = (directive: ConstDirectiveNode): string | undefined => {
  const value = directive.arguments?.find(({ name }) => name.value === 'graph')?.value;
  return value?.kind === Kind.ENUM ? value.value : undefined;
};
