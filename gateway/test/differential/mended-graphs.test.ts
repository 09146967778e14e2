/** Random graphs and operations with all that Apollo's planner plans wrongly. Without it: random-graphs.test.ts. */
import { describe, it } from '@jest/globals';
import { compareRandomGraphs } from './testing/compare-random-graphs.ts';

const OPERATIONS = Number(process.env['DIFFERENTIAL_RUNS'] ?? 2_500);
/** The same graphs in every run, so that a change is what makes a difference; another seed looks elsewhere. */
const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? 2026);

describe('any federated graph that is hard to plan', () => {
  it(
    'answers every operation as one schema would',
    () =>
      compareRandomGraphs(OPERATIONS, {
        graph: {
          requiresWithArguments: true,
          requiresInChains: true,
          keysOfWhichSomeResolve: true,
          interfaceObjects: true,
        },
        seed: SEED,
        operation: { anyName: true, conditions: 'any' },
      }),
    600_000 + OPERATIONS * 40,
  );
});
