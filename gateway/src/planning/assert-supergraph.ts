import { Kind, type DocumentNode } from 'graphql';

/** @throws with the way out for the schema of one subgraph, or any other that was not composed. */
export function assertSupergraph({ definitions }: DocumentNode): void {
  const isComposed = definitions.some(
    (each) => each.kind === Kind.DIRECTIVE_DEFINITION && each.name.value === 'join__graph',
  );
  if (!isComposed)
    throw new Error(
      'it is no supergraph: nothing in it says which subgraph has what (@join__graph). Compose one of the schemas of all subgraphs, with `rover supergraph compose` for example, and serve that.',
    );
}
