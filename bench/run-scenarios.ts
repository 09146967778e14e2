import type { Contestant } from './contestants/contestant.ts';
import type { Bench } from './measure/bench.ts';
import { formatNumber } from './report/format-table.ts';
import type { ScenarioResult } from './report/results.ts';
import { summarize } from './report/summarize.ts';
import type { Outcome, Scenario } from './scenarios/scenario.ts';

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
      await scenario.measure(bench, included, ({ name }, outcome) => {
        outcomes.get(name)?.push(outcome);
        done += 1;
        tell(`${name}: ${describe(scenario, outcome)}`);
      });
    }
    results.push(summarize(scenario, outcomes));
  }
  return results;
}

function describe({ unit }: Scenario, outcome: Outcome): string {
  if ('failure' in outcome) return `failed: ${outcome.failure}`;
  return `${formatNumber(outcome.value)} ${unit}${outcome.wrong === undefined ? '' : ', WRONG ANSWERS'}`;
}
