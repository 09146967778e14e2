import type { Contestant } from '../contestants/contestant.ts';
import type { Bench } from '../measure/bench.ts';
import type { Measurement, Scenario } from './scenario.ts';

/** What is measured of each contestant alone. */
export const oneByOne =
  (measure: (bench: Bench, contestant: Contestant) => Promise<Measurement>): Scenario['measure'] =>
  async (bench, contestants, onOutcome) => {
    for (const contestant of contestants)
      onOutcome(
        contestant,
        await measure(bench, contestant).catch((error: unknown) => ({ failure: failureOf(error) })),
      );
  };

export const failureOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
