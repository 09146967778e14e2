import type { GraphDefinition, SubgraphParts, TypeInSubgraph } from './graph-definition.ts';

/** The graph with one part left out, each part in turn, the largest first; not all of them compose. */
export function* smallerGraphs(graph: GraphDefinition): Generator<GraphDefinition> {
  for (const { name } of graph.subgraphs) {
    const copy = copyOf(graph);
    yield { ...copy, subgraphs: copy.subgraphs.filter((subgraph) => subgraph.name !== name) };
  }
  for (const { subgraph, type } of typesOf(graph))
    yield changed(graph, subgraph, type, (_parts, owner) => owner.types.delete(type.name));
  for (const { subgraph, type } of typesOf(graph)) {
    for (const name of type.placements.keys())
      yield changed(graph, subgraph, type, ({ placements }) => placements.delete(name));
    for (const name of type.interfaces)
      yield changed(graph, subgraph, type, ({ interfaces }) => interfaces.delete(name));
    for (const index of type.keys.keys())
      yield changed(graph, subgraph, type, ({ keys }) => keys.splice(index, 1));
    for (const [index, { resolvable }] of type.keys.entries())
      if (!resolvable)
        yield changed(graph, subgraph, type, ({ keys }) => {
          keys.splice(
            index,
            1,
            ...keys.slice(index, index + 1).map(({ key }) => ({ key, resolvable: true })),
          );
        });
    for (const [name, { directives }] of type.placements)
      for (const [index, directive] of directives.entries())
        // A field with @requires is made of what it gets: without the directive it would be another field.
        if (!directive.startsWith('@requires'))
          yield changed(graph, subgraph, type, ({ placements }) =>
            placements.get(name)?.directives.splice(index, 1),
          );
  }
}

const typesOf = ({ subgraphs }: GraphDefinition) =>
  subgraphs.flatMap((subgraph) => [...subgraph.types.values()].map((type) => ({ subgraph, type })));

function changed(
  graph: GraphDefinition,
  subgraph: SubgraphParts,
  type: TypeInSubgraph,
  change: (type: TypeInSubgraph, subgraph: SubgraphParts) => void,
): GraphDefinition {
  const copy = copyOf(graph);
  const owner = copy.subgraphs.find(({ name }) => name === subgraph.name);
  const parts = owner?.types.get(type.name);
  if (owner !== undefined && parts !== undefined) change(parts, owner);
  return copy;
}

const copyOf = (graph: GraphDefinition): GraphDefinition => ({
  ...graph,
  subgraphs: graph.subgraphs.map(({ name, types }) => ({
    name,
    types: new Map(
      [...types].map(([typeName, type]) => [
        typeName,
        {
          ...type,
          keys: [...type.keys],
          interfaces: new Set(type.interfaces),
          possibleTypes: [...type.possibleTypes],
          placements: new Map(
            [...type.placements].map(([field, placement]) => [
              field,
              { ...placement, directives: [...placement.directives] },
            ]),
          ),
        },
      ]),
    ),
  })),
});
