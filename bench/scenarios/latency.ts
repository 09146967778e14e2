import { workloadNamed } from '../measure/bench.ts';
import { runOpenLoop } from '../measure/run-open-loop.ts';
import { startLoad } from '../measure/start-load.ts';
import { watchStolenTime } from '../measure/stolen-time.ts';
import { startUsageSampler } from '../measure/usage-sampler.ts';
import { withSystem } from '../measure/with-system.ts';
import { oneByOne } from './one-by-one.ts';
import type { Scenario } from './scenario.ts';

const SUBGRAPH_DELAY_MS = 5;
const LOAD_SHARE = 0.5;
/** The load generator leaves requests behind, which a gateway goes on to answer for a while. */
const WARM_UP_S = 2;

/** Latency at half of what the contestant itself can do: how it feels on a day that was planned for. */
export const latency: Scenario = {
  name: 'latency',
  title: 'p99 at half load',
  description: `p99 of the deep query at half of the contestant's own saturation, requests at a fixed rate, subgraphs ${SUBGRAPH_DELAY_MS} ms slower`,
  unit: 'ms',
  better: 'less',
  includes: ({ role }) => role !== 'bound',
  measure: oneByOne(async (bench, contestant) => {
    const workload = workloadNamed(bench, 'deep');
    const options = { workload, uniqueHeader: true, sharing: false, subgraphDelayMs: SUBGRAPH_DELAY_MS };
    return withSystem(bench, contestant, options, async ({ gateway }) => {
      const load = await startLoad({ ...bench, port: gateway.port, workload, uniqueHeader: true });
      const rate = (await load.result).answersPerSecond * LOAD_SHARE;
      const usageSampler = startUsageSampler(gateway.process.pid);
      const stolenPercent = watchStolenTime();
      const result = await runOpenLoop(gateway.client, workload, {
        rate,
        warmUpS: WARM_UP_S,
        durationS: bench.durationS * 2,
      });
      const usage = usageSampler.stop();
      return {
        value: result.p99Ms,
        wrong: result.firstProblem,
        details: {
          rate,
          stolenPercent: stolenPercent(),
          p50Ms: result.p50Ms,
          p95Ms: result.p95Ms,
          p99Ms: result.p99Ms,
          rssPeakMb: usage.rssPeakMb,
          checked: result.requests,
        },
      };
    });
  }),
};
