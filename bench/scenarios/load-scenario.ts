import { startAnswerSampler } from '../measure/answer-sampler.ts';
import { workloadNamed } from '../measure/bench.ts';
import type { GatewayClient } from '../measure/gateway-client.ts';
import { startLoad } from '../measure/start-load.ts';
import { startUsageSampler } from '../measure/usage-sampler.ts';
import { withSystem } from '../measure/with-system.ts';
import type { Workload, WorkloadName } from '../workloads/workload.ts';
import type { Scenario } from './scenario.ts';

export interface LoadScenario extends Scenario {
  readonly workload: WorkloadName;
  /** An authorization header per request that no other has; gateways pass it on. */
  readonly uniqueHeader: boolean;
  /** Gateways that share answers between equal requests only when told to are told to. */
  readonly sharing: boolean;
}

type LoadScenarioOptions = Pick<
  LoadScenario,
  'name' | 'title' | 'description' | 'workload' | 'uniqueHeader'
> &
  Partial<Pick<LoadScenario, 'sharing'>>;

/** As many requests per second as a contestant answers when a number of connections never wait. */
export function createLoadScenario(options: LoadScenarioOptions): LoadScenario {
  const { name, title, description, uniqueHeader, sharing = false } = options;
  return {
    name,
    title,
    description,
    workload: options.workload,
    uniqueHeader,
    sharing,
    unit: 'requests/s',
    better: 'more',
    includes: ({ workloads }) => workloads?.includes(options.workload) ?? true,
    measure: async (bench, contestant) => {
      const workload = workloadNamed(bench, options.workload);
      return withSystem(
        bench,
        contestant,
        { workload, uniqueHeader, sharing },
        async ({ gateway, subgraphs }) => {
          const { firstProblem, firstPassMs } = await checkOnce(gateway.client, workload);
          const load = await startLoad({
            ...bench,
            port: gateway.port,
            workload,
            uniqueHeader,
          });

          await load.windowStart();
          const requestsBefore = await subgraphs.countRequests();
          const usageSampler = startUsageSampler(gateway.process.pid);
          const answerSampler = startAnswerSampler(gateway.client, workload);
          await load.windowEnd();
          const usage = usageSampler.stop();
          const fetches = (await subgraphs.countRequests()) - requestsBefore;
          const sampled = await answerSampler.stop();
          const result = await load.result;

          const answers = result.answers + sampled.answers;
          const failures = result.failures > 0 ? `${result.failures} requests failed` : undefined;
          return {
            value: result.answersPerSecond,
            wrong: firstProblem ?? sampled.firstProblem ?? failures,
            details: {
              cpuMs: usage.cpuMs / answers,
              cpuPercent: usage.cpuMs / bench.durationS / 10,
              ...(workload.requests.length > 1 ? { firstPassMs } : {}),
              rssPeakMb: usage.rssPeakMb,
              rssEndMb: usage.rssEndMb,
              fetches: fetches / answers,
              checked: sampled.answers,
            },
          };
        },
      );
    },
  };
}

/** Every request of a workload once, one after another: is each answered rightly, and how long do all take new? */
async function checkOnce(client: GatewayClient, { requests }: Workload) {
  const startedAt = performance.now();
  const problems: string[] = [];
  for (const request of requests) {
    const problem = await client.check(request);
    if (problem !== undefined) problems.push(problem);
  }
  const [first] = problems;
  return {
    firstPassMs: performance.now() - startedAt,
    firstProblem: first && `${problems.length} of ${requests.length}: ${first}`,
  };
}
