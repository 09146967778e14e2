import { postGraphql } from '@tributary/testkit';
import type { System } from '../scripts/system/start-system.ts';

const PUBLISH = `mutation ($name: String!, $sdl: String!) {
  graph(id: "tributary") {
    publishSubgraph(graphVariant: "current", name: $name, revision: "", activePartialSchema: { sdl: $sdl }) {
      errors { message }
    }
  }
}`;

/** Publishes a contract to the registry of a running system. @throws Error with the reasons when it does not compose. */
export async function publish(
  { urls, registryKey }: Pick<System, 'urls' | 'registryKey'>,
  name: string,
  sdl: string,
): Promise<void> {
  const { data, errors } = await postGraphql(
    `${urls.registry}/graphql`,
    { query: PUBLISH, variables: { name, sdl } },
    { 'x-api-key': registryKey },
  );
  const problem = errors ?? data.graph.publishSubgraph.errors;
  if (problem.length > 0) throw new Error(JSON.stringify(problem));
}
