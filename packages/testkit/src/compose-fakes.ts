import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import type { FakeSubgraph } from './fake-subgraph.ts';

/** The supergraph of fake subgraphs, by real composition. */
export function composeFakes(subgraphs: readonly Pick<FakeSubgraph, 'name' | 'sdl' | 'url'>[]): string {
  const composed = composeServices(
    subgraphs.map(({ name, sdl, url }) => ({ name, url, typeDefs: parse(sdl) })),
  );
  if (composed.errors !== undefined)
    throw new Error(composed.errors.map(({ message }) => message).join('\n'));
  return composed.supergraphSdl;
}
