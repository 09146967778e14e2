import {
  Kind,
  parse,
  print,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { INACCESSIBLE, linkedDirective } from './linked-directive.ts';
import type { DescribedField, DescribedType, SchemaDescription } from './protocol.ts';

type CompositeNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;
const ROOTS = new Set(['Query', 'Mutation', 'Subscription']);
/** Through a payload or a connection and its edges. */
const MAX_STEPS = 3;

/** Which subgraph resolves which field of a supergraph: what its `join__` directives say. */
export function describe(supergraphSdl: string): SchemaDescription {
  const document = parse(supergraphSdl, { noLocation: true });
  const { definitions } = document;
  const inaccessible = linkedDirective(document, INACCESSIBLE) ?? '';
  const subgraphs = new Map<string, { readonly name: string; readonly url: string }>();
  const nodes = new Map<string, CompositeNode>();
  for (const node of definitions) {
    if (node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph')
      for (const { name, directives } of node.values ?? []) {
        const { name: graph, url } = argumentsOf(directives, 'join__graph')[0] ?? {};
        subgraphs.set(name.value, { name: textOf(graph) ?? name.value, url: textOf(url) ?? '' });
      }
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION)
      nodes.set(node.name.value, node);
  }
  const nameOf = (graph: unknown): string => subgraphs.get(textOf(graph) ?? '')?.name ?? '';
  const entities = new Set(
    [...nodes.values()]
      .filter(({ directives }) => argumentsOf(directives, 'join__type').some(({ key }) => key !== undefined))
      .map(({ name }) => name.value),
  );
  const targets = createTargets(nodes, entities);

  const fieldsOf = (node: CompositeNode): readonly DescribedField[] => {
    const all = argumentsOf(node.directives, 'join__type').map(({ graph }) => nameOf(graph));
    return (node.fields ?? []).map((field) => {
      const joins = argumentsOf(field.directives, 'join__field');
      const resolved = joins.filter(
        ({ graph, external, usedOverridden }) =>
          graph !== undefined && external !== true && usedOverridden !== true,
      );
      return {
        name: field.name.value,
        type: print(field.type),
        subgraphs: unique(
          joins.length === 0
            ? all
            : resolved.length > 0
              ? resolved.map(({ graph }) => nameOf(graph))
              : resolversOnInterfaces(node, field),
        ),
        requires: resolved.flatMap(({ requires }) => textOf(requires) ?? []),
        isDeprecated: hasDirective(field, 'deprecated'),
        isHidden: hasDirective(field, inaccessible),
        entities: targets(namedType(field.type)),
      };
    });
  };

  /** A field without a graph is one that an interface object has in some subgraph. */
  const resolversOnInterfaces = (node: CompositeNode, { name }: FieldDefinitionNode): readonly string[] =>
    (node.interfaces ?? []).flatMap((each) => {
      const field = nodes.get(each.name.value)?.fields?.find((other) => other.name.value === name.value);
      return argumentsOf(field?.directives, 'join__field').flatMap(({ graph }) =>
        graph === undefined ? [] : [nameOf(graph)],
      );
    });

  return {
    subgraphs: [...subgraphs.values()],
    types: [...nodes.values()].map((node): DescribedType => {
      const joins = argumentsOf(node.directives, 'join__type');
      return {
        name: node.name.value,
        isInterface: node.kind === Kind.INTERFACE_TYPE_DEFINITION,
        isRoot: ROOTS.has(node.name.value),
        isHidden: hasDirective(node, inaccessible),
        interfaces: (node.interfaces ?? []).map(({ name }) => name.value),
        subgraphs: unique(joins.map(({ graph }) => nameOf(graph))),
        keys: joins.flatMap(({ graph, key, resolvable }) => {
          const fields = textOf(key);
          return fields === undefined
            ? []
            : [{ subgraph: nameOf(graph), fields, isResolvable: resolvable !== false }];
        }),
        fields: fieldsOf(node),
      };
    }),
  };
}

/** The entities a type is or leads to in the fewest steps, each type looked at once. */
function createTargets(
  nodes: ReadonlyMap<string, CompositeNode>,
  entities: ReadonlySet<string>,
): (type: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  const search = (type: string): readonly string[] => {
    let level = [type];
    const seen = new Set(level);
    for (let step = 0; step <= MAX_STEPS; step += 1) {
      const found = level.filter((each) => entities.has(each));
      if (found.length > 0) return found;
      level = level.flatMap((each) =>
        (nodes.get(each)?.fields ?? []).flatMap((field) => {
          const next = namedType(field.type);
          if (seen.has(next)) return [];
          seen.add(next);
          return [next];
        }),
      );
    }
    return [];
  };
  return (type) => {
    const found = known.get(type) ?? search(type);
    known.set(type, found);
    return found;
  };
}

const namedType = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);

type Directives = readonly ConstDirectiveNode[] | undefined;

const argumentsOf = (directives: Directives, name: string): readonly Record<string, unknown>[] =>
  (directives ?? [])
    .filter((directive) => directive.name.value === name)
    .map(({ arguments: given = [] }) =>
      Object.fromEntries(given.map(({ name: { value: key }, value }) => [key, valueFromASTUntyped(value)])),
    );

const hasDirective = ({ directives }: { readonly directives?: Directives }, name: string): boolean =>
  (directives ?? []).some((directive) => directive.name.value === name);

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();
