import fc from 'fast-check';
import { generateGraph } from '../generate-graph.ts';
import { generateOperation, type OperationOptions } from '../generate-operation.ts';
import type { GraphOptions } from '../graph-draft.ts';
import { reduceCase } from './reduce-case.ts';
import { startRandomGraph } from './start-random-graph.ts';

export interface RandomOptions {
  readonly graph: GraphOptions;
  readonly operation: OperationOptions;
  /** Of an earlier run, to see the same again. */
  readonly seed: number | undefined;
}

const OPERATIONS_PER_GRAPH = 40;
/** Test gateways take bodies of 10,000 bytes. */
const LONGEST_QUERY = 8_000;

const tape = (minLength: number, maxLength: number) =>
  fc.array(fc.nat(63), { minLength, maxLength, size: 'max' });

/**
 * Asks random operations of random graphs.
 *
 * @throws Error with the smallest case that was found to differ, and fast-check's seed for the one it is from. Also
 *   when more than a fifth of the graphs do not compose: then the generator is at fault.
 */
export async function compareRandomGraphs(operations: number, options: RandomOptions): Promise<void> {
  const tapes = fc.array(tape(0, 100), { minLength: OPERATIONS_PER_GRAPH, maxLength: OPERATIONS_PER_GRAPH });
  const { failed, errorInstance, seed, numRuns, numSkips } = await fc.check(
    fc.asyncProperty(tape(300, 700), tapes, async (graphTape, operationTapes) => {
      const definition = generateGraph(graphTape, options.graph);
      const graph = await startRandomGraph(definition);
      fc.pre(graph !== undefined);
      try {
        for (const operationTape of operationTapes) {
          const operation = generateOperation(graph.schema, operationTape, options.operation);
          if (operation.query.length > LONGEST_QUERY) continue;
          if ((await graph.compare(operation)) !== undefined)
            throw new Error(await reduceCase(definition, graph, operation));
        }
      } finally {
        await graph.stop();
      }
    }),
    {
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      numRuns: Math.ceil(operations / OPERATIONS_PER_GRAPH),
      maxSkipsPerRun: 0.25,
      // The case is made smaller by leaving parts of it out, which goes further than a shorter tape.
      endOnFailure: true,
    },
  );
  if (!failed) return;
  const reason =
    errorInstance instanceof Error
      ? errorInstance.message
      : `of ${numRuns + numSkips} graphs ${numSkips} do not compose`;
  throw new Error(`${reason}\n\n# seed\n${seed}`, { cause: errorInstance });
}
