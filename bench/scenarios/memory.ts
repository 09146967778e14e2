import type { Contestant } from '../contestants/contestant.ts';
import { startAnswerSampler } from '../measure/answer-sampler.ts';
import { workloadNamed, type Bench } from '../measure/bench.ts';
import { startGateway } from '../measure/start-gateway.ts';
import { startLoad } from '../measure/start-load.ts';
import { startSubgraphs } from '../measure/start-subgraphs.ts';
import { slope } from '../measure/statistics.ts';
import { startUsageSampler } from '../measure/usage-sampler.ts';
import { failureOf } from './one-by-one.ts';
import type { Measurement, Scenario } from './scenario.ts';

const SAMPLE_INTERVAL_MS = 500;
const SAMPLES_PER_MINUTE = 60_000 / SAMPLE_INTERVAL_MS;

/** Together they take as long as one. Each is slower then, but keeps as much. */
const MOST_AT_ONCE = 3;

/** Memory under minutes of load of all kinds. Growth is that of the second half, when caches have filled. */
export const memory: Scenario = {
  name: 'memory',
  title: 'peak under mixed load',
  description: `peak memory under mixed load of 200 operations, deep and tiny queries and mutations, every user another; up to ${MOST_AT_ONCE} gateways at once, which share a processor`,
  unit: 'MB',
  better: 'less',
  includes: ({ role }) => role !== 'bound',
  measure: async (bench, contestants, onOutcome) => {
    const subgraphs = await startSubgraphs(bench, 0);
    try {
      for (let first = 0; first < contestants.length; first += MOST_AT_ONCE)
        await Promise.all(
          contestants.slice(first, first + MOST_AT_ONCE).map(async (contestant) => {
            onOutcome(
              contestant,
              await measureOne(bench, contestant).catch((error: unknown) => ({ failure: failureOf(error) })),
            );
          }),
        );
    } finally {
      await subgraphs.stop();
    }
  },
};

async function measureOne(bench: Bench, contestant: Contestant): Promise<Measurement> {
  const workload = workloadNamed(bench, 'mixed');
  const gateway = await startGateway(bench, contestant, { workload, uniqueHeader: true, sharing: false });
  try {
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
  } finally {
    await gateway.stop();
  }
}
