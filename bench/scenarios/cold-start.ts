import { workloadNamed } from '../measure/bench.ts';
import { readProcessTree, readUsage } from '../measure/process-usage.ts';
import { median } from '../measure/statistics.ts';
import { withSystem } from '../measure/with-system.ts';
import { oneByOne } from './one-by-one.ts';
import type { Scenario } from './scenario.ts';

/** What a deployment, a scale-out or a crash costs: the median of a few starts. */
export const coldStart: Scenario = {
  name: 'cold-start',
  title: 'process start to first right answer',
  description: 'from starting the process to the first right answer of the deep query, and the memory then',
  unit: 'ms',
  better: 'less',
  includes: ({ role }) => role !== 'bound',
  measure: oneByOne(async (bench, contestant) => {
    const options = { workload: workloadNamed(bench, 'deep'), uniqueHeader: false, sharing: false };
    const starts: { ms: number; rssMb: number; cpuMs: number; problem: string | undefined }[] = [];
    for (let start = 0; start < bench.starts; start += 1) {
      starts.push(
        await withSystem(bench, contestant, options, async ({ gateway }) => ({
          ms: gateway.startMs,
          problem: gateway.firstProblem,
          ...readUsage(readProcessTree(gateway.process.pid)),
        })),
      );
    }
    return {
      value: median(starts.map(({ ms }) => ms)),
      wrong: starts.find(({ problem }) => problem !== undefined)?.problem,
      details: {
        cpuMs: median(starts.map(({ cpuMs }) => cpuMs)),
        rssMb: median(starts.map(({ rssMb }) => rssMb)),
      },
    };
  }),
};
