import { workloadNamed } from '../measure/bench.ts';
import { startSubgraphs } from '../measure/start-subgraphs.ts';
import type { WorkloadName } from '../workloads/workload.ts';
import { inTurns } from './in-turns.ts';
import { startLoadContender } from './load-contender.ts';
import type { Scenario } from './scenario.ts';

export interface LoadScenario extends Scenario {
  readonly workload: WorkloadName;
  /** An authorization header per request that no other has; gateways pass it on. */
  readonly uniqueHeader: boolean;
  /** Gateways that share answers between equal requests only when told to are told to. */
  readonly sharing: boolean;
  /**
   * Whether three contestants, or fewer, take turns of a second. Not where some take half a second for an answer: they answer all
   * connections at about the same time, and how often within a second is chance.
   */
  readonly inShortTurns: boolean;
}

type LoadScenarioOptions = Pick<
  LoadScenario,
  'name' | 'title' | 'description' | 'workload' | 'uniqueHeader'
> &
  Partial<Pick<LoadScenario, 'sharing' | 'inShortTurns'>>;

/** Whoever waited has warm code, and cold caches of the processor. */
const SHORT_TURN = { warmUpS: 0.4, durationS: 1 };
/**
 * More would wait too long: V8 gives up memory and code of whoever is idle. With eight, and twenty seconds between turns, stock did a
 * third of the mutations that it does otherwise.
 */
const MOST_IN_SHORT_TURNS = 3;

/** As many requests per second as a contestant answers when a number of connections never wait. */
export function createLoadScenario(options: LoadScenarioOptions): LoadScenario {
  const { name, title, description, uniqueHeader, sharing = false, inShortTurns = false } = options;
  return {
    name,
    title,
    description,
    workload: options.workload,
    uniqueHeader,
    sharing,
    inShortTurns,
    unit: 'requests/s',
    better: 'more',
    includes: ({ workloads }) => workloads?.includes(options.workload) ?? true,
    measure: async (bench, contestants, onOutcome) => {
      const subgraphs = await startSubgraphs(bench, 0);
      const load = { workload: workloadNamed(bench, options.workload), uniqueHeader, sharing };
      try {
        const turn = inShortTurns && contestants.length <= MOST_IN_SHORT_TURNS ? SHORT_TURN : bench;
        await inTurns(
          contestants,
          Math.ceil(bench.durationS / turn.durationS),
          (contestant) => startLoadContender({ bench, contestant, subgraphs, options: load, turn }),
          onOutcome,
        );
      } finally {
        await subgraphs.stop();
      }
    },
  };
}
