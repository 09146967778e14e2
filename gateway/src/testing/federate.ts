import { startFakeSubgraph, type FakeSubgraph } from '@tributary/testkit';
import { startTestGateway, type TestGateway } from './start-test-gateway.ts';

export interface SubgraphDefinition {
  readonly sdl: string;
  readonly resolvers?: Parameters<typeof startFakeSubgraph>[2];
}

export interface Federation<Name extends string> {
  readonly gateway: TestGateway;
  readonly subgraphs: Readonly<Record<Name, FakeSubgraph>>;
  readonly query: TestGateway['query'];
  /** What each subgraph was asked since the last call: `representations` of entity fetches, or the document. */
  requests(): Partial<Record<Name, unknown[]>>;
  stop(): Promise<void>;
}

/** A graph of several subgraphs, composed for real, behind a real gateway. */
export async function federate<Name extends string>(
  definitions: Readonly<Record<Name, SubgraphDefinition>>,
  overrides: Parameters<typeof startTestGateway>[1] = {},
): Promise<Federation<Name>> {
  const names = Object.keys(definitions) as Name[];
  const started = await Promise.all(
    names.map((name) => startFakeSubgraph(name, definitions[name].sdl, definitions[name].resolvers ?? {})),
  );
  const subgraphs = Object.fromEntries(names.map((name, index) => [name, started[index]])) as Record<
    Name,
    FakeSubgraph
  >;
  const gateway = await startTestGateway(started, overrides).catch(async (error: unknown) => {
    await Promise.all(started.map((subgraph) => subgraph.close()));
    throw error;
  });
  return {
    gateway,
    subgraphs,
    query: gateway.query,
    requests: () => {
      const seen: Partial<Record<Name, unknown[]>> = {};
      for (const name of names) {
        const requests = subgraphs[name].requests.splice(0);
        if (requests.length > 0) seen[name] = requests.flatMap(askedFor);
      }
      return seen;
    },
    stop: () => gateway.stop(),
  };
}

/** Fetches that met are told apart again. */
function askedFor({ query, variables }: FakeSubgraph['requests'][number]): unknown[] {
  const representations = Object.entries(variables).flatMap(([name, value]) =>
    name === 'representations' || (/^r\d+$/.test(name) && query.includes('_entities')) ? [value] : [],
  );
  return representations.length > 0 ? representations : [query];
}
