import { join } from 'node:path';
import { readSupergraphConfig } from '../composition/read-supergraph-config.ts';
import { root } from '../services/services.ts';
import { GRAPH_REF } from './registry-key.ts';

const PUBLISH = `mutation ($graph: ID!, $variant: String!, $subgraphs: [PublishSubgraphsSubgraphInput!]!) {
  graph(id: $graph) {
    publishSubgraphs(graphVariant: $variant, revision: "", subgraphInputs: $subgraphs) { errors { message } }
  }
}`;

interface Answer {
  readonly data?: {
    readonly graph: {
      readonly publishSubgraphs: { readonly errors: readonly { readonly message: string }[] };
    } | null;
  };
  readonly errors?: readonly { readonly message: string }[];
}

/**
 * Publishes the contracts that rover.yaml names. When they are as before, nothing happens.
 *
 * @param urls Where the processes of this system are; a subgraph that is none of them is where rover.yaml says.
 */
export async function publishContracts(
  urls: Readonly<Record<string, string>>,
  registryKey: string,
  configFile = join(root, 'rover.yaml'),
): Promise<void> {
  const { subgraphs } = await readSupergraphConfig(configFile);
  const [graph, variant] = GRAPH_REF.split('@');
  const variables = {
    graph,
    variant,
    subgraphs: subgraphs.map(({ name, routingUrl, sdl }) => ({
      subgraph: name,
      url: urls[name] === undefined ? routingUrl : `${urls[name]}/graphql`,
      activePartialSchema: { sdl },
    })),
  };
  const response = await fetch(`${urls['registry'] ?? ''}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': registryKey },
    body: JSON.stringify({ query: PUBLISH, variables }),
  });
  const { data, errors } = (await response.json()) as Answer;
  const problem = errors?.[0] ?? data?.graph?.publishSubgraphs.errors[0];
  if (problem !== undefined)
    throw new Error(`The contracts cannot be published: ${problem.message} Run npm run compose.`);
}
