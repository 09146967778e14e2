import {
  baseType,
  isCompositeType,
  isInterfaceType,
  isUnionType,
  type FederationMetadata,
  type NamedType,
  type Subgraph,
  type Supergraph,
} from '@apollo/federation-internals';

/**
 * Makes interface objects that nothing in their subgraph leads to plain types of it, in place.
 *
 * The planner cannot load a supergraph with one: its graph has only what roots and keys lead to, and it looks for all
 * interface objects there. A subgraph has such a type when it only refers to it (`resolvable: false`), and not even that
 * any more. No plan can use it.
 */
export function dropUnreachedInterfaceObjects(supergraph: Supergraph): void {
  for (const subgraph of supergraph.subgraphs()) {
    const metadata = subgraph.metadata();
    const interfaceObjects = subgraph.schema
      .objectTypes()
      .filter((type) => metadata.isInterfaceObjectType(type));
    if (interfaceObjects.length === 0) continue;
    const reached = typesReached(subgraph, metadata);
    for (const type of interfaceObjects.filter(({ name }) => !reached.has(name))) {
      for (const directive of type.appliedDirectivesOf(metadata.interfaceObjectDirective().name))
        directive.remove();
    }
  }
}

/** Names of the types that roots and keys of a subgraph lead to. */
function typesReached({ schema }: Subgraph, metadata: FederationMetadata): ReadonlySet<string> {
  const reached = new Set<string>();
  const left: (NamedType | undefined)[] = [
    ...schema.schemaDefinition.roots().map(({ type }) => type),
    metadata.entityType(),
    ...schema.interfaceTypes().filter((type) => type.hasAppliedDirective(metadata.keyDirective())),
  ];
  while (left.length > 0) {
    const type = left.pop();
    if (type === undefined || !isCompositeType(type) || reached.has(type.name)) continue;
    reached.add(type.name);
    if (isUnionType(type)) left.push(...type.types());
    else left.push(...type.fields().map((field) => field.type && baseType(field.type)));
    if (isInterfaceType(type)) left.push(...type.possibleRuntimeTypes());
  }
  return reached;
}
