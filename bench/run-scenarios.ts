import type { Contestant } from './contestants/contestant.ts';
import type { Bench } from './measure/bench.ts';
import { formatNumber } from './report/format-table.ts';
import type { ScenarioResult } from './report/results.ts';
import { summarize, type Outcome } from './report/summarize.ts';
import type { Scenario } from './scenarios/scenario.ts';

export interface RunOptions {
  readonly bench: Bench;
  readonly scenarios: readonly Scenario[];
  readonly contestants: readonly Contestant[];
  readonly repetitions: number;
  readonly onProgress: (line: string) => void;
}

/**
 * Measures everything, interleaved: the first repetition of every contestant, then the second, and so on.
 * What the machine does besides meets all of them alike. One that fails fails alone.
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
      for (const contestant of included) {
        const outcome = await measure(bench, scenario, contestant);
        outcomes.get(contestant.name)?.push(outcome);
        done += 1;
        const position = `[${String(done).padStart(String(total).length)}/${total}]`;
        onProgress(
          `${position} ${scenario.name} ${round}/${rounds} ${contestant.name}: ${describe(scenario, outcome)}`,
        );
      }
    }
    results.push(summarize(scenario, outcomes));
  }
  return results;
}

async function measure(bench: Bench, scenario: Scenario, contestant: Contestant): Promise<Outcome> {
  try {
    return await scenario.measure(bench, contestant);
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

function describe({ unit }: Scenario, outcome: Outcome): string {
  if ('failure' in outcome) return `failed: ${outcome.failure}`;
  return `${formatNumber(outcome.value)} ${unit}${outcome.wrong === undefined ? '' : ', WRONG ANSWERS'}`;
}
