import { startAnswerSampler } from '../measure/answer-sampler.ts';
import { workloadNamed } from '../measure/bench.ts';
import { startLoad } from '../measure/start-load.ts';
import { slope } from '../measure/statistics.ts';
import { startUsageSampler } from '../measure/usage-sampler.ts';
import { withSystem } from '../measure/with-system.ts';
import { oneByOne } from './one-by-one.ts';
import type { Scenario } from './scenario.ts';

const SAMPLE_INTERVAL_MS = 500;
const SAMPLES_PER_MINUTE = 60_000 / SAMPLE_INTERVAL_MS;

/** Memory under minutes of load of all kinds. Growth is that of the second half, when caches have filled. */
export const memory: Scenario = {
  name: 'memory',
  title: 'peak under mixed load',
  description:
    'peak memory under mixed load of 200 operations, deep and tiny queries and mutations, every user another',
  unit: 'MB',
  better: 'less',
  includes: ({ role }) => role !== 'bound',
  measure: oneByOne(async (bench, contestant) => {
    const workload = workloadNamed(bench, 'mixed');
    const options = { workload, uniqueHeader: true, sharing: false };
    return withSystem(bench, contestant, options, async ({ gateway }) => {
      const usageSampler = startUsageSampler(gateway.process.pid, SAMPLE_INTERVAL_MS);
      const answerSampler = startAnswerSampler(gateway.client, workload);
      const load = await startLoad({
        ...bench,
        port: gateway.port,
        workload,
        uniqueHeader: true,
        warmUpS: 0,
        durationS: bench.minutes * 60,
      });
      const result = await load.result;
      const sampled = await answerSampler.stop();
      const { cpuMs, rssPeakMb, rssEndMb, rssMb } = usageSampler.stop();
      return {
        value: rssPeakMb,
        wrong: sampled.firstProblem,
        details: {
          rate: result.answersPerSecond,
          cpuMs: cpuMs / (result.answers + sampled.answers),
          rssEndMb,
          growthMbPerMinute: slope(rssMb.slice(rssMb.length / 2)) * SAMPLES_PER_MINUTE,
          checked: sampled.answers,
        },
      };
    });
  }),
};
