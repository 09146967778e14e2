import { parse, validate } from 'graphql';
import type { GeneratedOperation } from '../generate-operation.ts';
import type { GraphDefinition } from '../graph-definition.ts';
import { smallerGraphs } from '../smaller-graphs.ts';
import { smallerOperations } from '../smaller-operations.ts';
import { startRandomGraph, type Difference, type RandomGraph } from './start-random-graph.ts';

const LONGEST_MS = 60_000;

/** The smallest case found that still differs, as text: SDL of the subgraphs, operation, variables, both answers. */
export async function reduceCase(
  definition: GraphDefinition,
  graph: RandomGraph,
  operation: GeneratedOperation,
): Promise<string> {
  const deadline = Date.now() + LONGEST_MS;
  const smallOperation = await reduceOperation(graph, operation);
  const smallDefinition = await reduceGraph(definition, smallOperation, deadline);
  const small = await startRandomGraph(smallDefinition);
  try {
    const difference = await small?.compare(smallOperation);
    if (small === undefined || difference === undefined) return 'a difference that does not come again';
    return describeCase(small, smallOperation, difference);
  } finally {
    await small?.stop();
  }
}

async function reduceOperation(
  graph: RandomGraph,
  operation: GeneratedOperation,
): Promise<GeneratedOperation> {
  for (const smaller of smallerOperations(operation)) {
    if (validate(graph.schema, parse(smaller.query)).length > 0) continue;
    if (isTrue(await graph.compare(smaller))) return reduceOperation(graph, smaller);
  }
  return operation;
}

/** Not made by leaving too much out: the one schema answers with data, and with errors that were meant. */
const isTrue = (difference: Difference | undefined): boolean =>
  difference?.expected.errors?.every(({ message }) => message.endsWith(' failed')) ??
  difference !== undefined;

async function reduceGraph(
  definition: GraphDefinition,
  operation: GeneratedOperation,
  deadline: number,
): Promise<GraphDefinition> {
  let best = definition;
  let position = 0;
  while (Date.now() < deadline) {
    const smaller = [...smallerGraphs(best)][position];
    if (smaller === undefined) break;
    if (await differs(smaller, operation)) best = smaller;
    else position += 1;
  }
  return best === definition ? best : reduceGraph(best, operation, deadline);
}

async function differs(definition: GraphDefinition, operation: GeneratedOperation): Promise<boolean> {
  let graph: RandomGraph | undefined;
  try {
    graph = await startRandomGraph(definition);
    if (graph === undefined || validate(graph.schema, parse(operation.query)).length > 0) return false;
    return isTrue(await graph.compare(operation));
  } catch {
    // What is left has lost a part that it needs.
    return false;
  } finally {
    await graph?.stop();
  }
}

const describeCase = (
  { sdl }: RandomGraph,
  { query, variables }: GeneratedOperation,
  { what, expected, actual }: Difference,
): string =>
  [
    what,
    ...Object.entries(sdl).map(([name, text]) => `# subgraph ${name}\n${text}`),
    `# operation\n${query}`,
    `# variables\n${JSON.stringify(variables)}`,
    `# expected\n${JSON.stringify(expected)}`,
    `# actual\n${JSON.stringify(actual)}`,
  ].join('\n\n');
