import { describe, it } from '@jest/globals';
import { compareRandomGraphs } from './testing/compare-random-graphs.ts';

/** More with DIFFERENTIAL_RUNS; a difference prints the smallest case that shows it. */
const OPERATIONS = Number(process.env['DIFFERENTIAL_RUNS'] ?? 2_500);
/** The same graphs in every run, so that a change is what makes a difference; another seed looks elsewhere. */
const SEED = Number(process.env['DIFFERENTIAL_SEED'] ?? 2026);

describe('any federated graph', () => {
  it(
    'answers every operation as one schema would',
    () =>
      compareRandomGraphs(OPERATIONS, {
        graph: {
          requiresWithArguments: false,
          requiresInChains: false,
          keysOfWhichSomeResolve: false,
          interfaceObjects: false,
        },
        seed: SEED,
        operation: { anyName: false, conditions: 'any' },
      }),
    600_000 + OPERATIONS * 40,
  );
});
