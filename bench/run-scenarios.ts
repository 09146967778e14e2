import type { Contestant } from './contestants/contestant.ts';
import type { Bench } from './measure/bench.ts';
import { formatNumber } from './report/format-table.ts';
import type { ScenarioResult } from './report/results.ts';
import { summarize } from './report/summarize.ts';
import { failureOf } from './scenarios/one-by-one.ts';
import type { OnOutcome, Outcome, Scenario } from './scenarios/scenario.ts';

export interface RunOptions {
  readonly bench: Bench;
  readonly scenarios: readonly Scenario[];
  readonly contestants: readonly Contestant[];
  readonly repetitions: number;
  readonly onProgress: (line: string) => void;
}

/**
 * Measures everything, interleaved: the first repetition of every contestant, then the second, and so on.
 * What the machine does besides meets all of them alike.
 */
export async function runScenarios({
  bench,
  scenarios,
  contestants,
  repetitions,
  onProgress,
}: RunOptions): Promise<readonly ScenarioResult[]> {
  const plan = scenarios.map((scenario) => ({
    scenario,
    included: contestants.filter((contestant) => scenario.includes(contestant)),
    rounds: scenario.name === 'memory' ? 1 : repetitions,
  }));
  const total = plan.reduce((sum, { included, rounds }) => sum + included.length * rounds, 0);
  let done = 0;

  const results: ScenarioResult[] = [];
  for (const { scenario, included, rounds } of plan) {
    const outcomes = new Map<string, Outcome[]>(included.map(({ name }) => [name, []]));
    for (let round = 1; round <= rounds; round += 1) {
      const tell = (what: string): void => {
        const position = `[${String(done).padStart(String(total).length)}/${total}]`;
        onProgress(`${position} ${scenario.name} ${round}/${rounds} ${what}`);
      };
      tell(`of ${included.map(({ name }) => name).join(', ')} ...`);
      const onOutcome: OnOutcome = ({ name }, outcome) => {
        outcomes.get(name)?.push(outcome);
        done += 1;
        tell(`${name}: ${describe(scenario, outcome)}`);
      };
      try {
        await scenario.measure(bench, included, onOutcome);
      } catch (error) {
        // What all have in common has failed: that ends the repetition, not the run.
        for (const contestant of included)
          if ((outcomes.get(contestant.name)?.length ?? 0) < round)
            onOutcome(contestant, { failure: failureOf(error) });
      }
    }
    results.push(summarize(scenario, outcomes));
  }
  return results;
}

function describe({ unit }: Scenario, outcome: Outcome): string {
  if ('failure' in outcome) return `failed: ${outcome.failure}`;
  return `${formatNumber(outcome.value)} ${unit}${outcome.wrong === undefined ? '' : ', WRONG ANSWERS'}`;
}
