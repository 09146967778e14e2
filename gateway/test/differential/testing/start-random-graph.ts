import { composeFakes, startFakeSubgraph } from '@tributary/testkit';
import type { ExecutionResult, GraphQLSchema } from 'graphql';
import { federate } from '../../../src/testing/federate.ts';
import { differenceOf, type Answer } from '../compare-answers.ts';
import type { GeneratedOperation } from '../generate-operation.ts';
import type { GraphDefinition } from '../graph-definition.ts';
import { subgraphDefinitions, wholeGraph } from '../run-graph.ts';

export interface Difference {
  readonly what: string;
  readonly expected: ExecutionResult;
  readonly actual: Answer;
}

/** A random graph behind a gateway, and the same as one schema. */
export interface RandomGraph {
  readonly schema: GraphQLSchema;
  readonly sdl: Readonly<Record<string, string>>;
  compare(operation: GeneratedOperation): Promise<Difference | undefined>;
  stop(): Promise<void>;
}

/** @returns undefined for a graph that does not compose. */
export async function startRandomGraph(definition: GraphDefinition): Promise<RandomGraph | undefined> {
  const subgraphs = subgraphDefinitions(definition);
  const sdl = Object.fromEntries(Object.entries(subgraphs).map(([name, { sdl: text }]) => [name, text]));
  if (!(await composes(sdl))) return undefined;
  const whole = wholeGraph(definition);
  const graph = await federate(subgraphs);
  return {
    schema: whole.schema,
    sdl,
    compare: async (operation) => {
      const expected = whole.execute(operation);
      const { data, errors } = await graph.query(operation.query, { ...operation.variables });
      graph.requests();
      const what = differenceOf(expected, { data, errors });
      return what === undefined ? undefined : { what, expected, actual: { data, errors } };
    },
    stop: () => graph.stop(),
  };
}

/** Found out before anything listens: what `federate` has started it does not stop when there is no supergraph. */
async function composes(sdl: Readonly<Record<string, string>>): Promise<boolean> {
  const link = await linkOfFakes();
  try {
    composeFakes(
      Object.entries(sdl).map(([name, text]) => ({ name, sdl: `${link}\n${text}`, url: 'http://nowhere' })),
    );
    return true;
  } catch {
    return false;
  }
}

/** What a fake subgraph adds to its SDL. */
async function linkOfFakes(): Promise<string> {
  const sdl = 'type Query { nothing: Int }';
  const fake = await startFakeSubgraph('nothing', sdl, {});
  await fake.close();
  return fake.sdl.slice(0, -sdl.length);
}
