import { setTimeout as sleep } from 'node:timers/promises';
import type { Workload } from '../workloads/workload.ts';
import type { GatewayClient } from './gateway-client.ts';

export interface Sampled {
  readonly answers: number;
  readonly wrong: number;
  readonly firstProblem: string | undefined;
}

const INTERVAL_MS = 100;

/** Checks an answer about every 100 ms while the load generator, which does not look at them, is at work. */
export function startAnswerSampler(
  client: GatewayClient,
  { requests }: Workload,
): { stop(): Promise<Sampled> } {
  const stopping = new AbortController();
  const problems: string[] = [];
  let answers = 0;
  const done = (async () => {
    while (!stopping.signal.aborted) {
      const request = requests[answers % requests.length];
      if (request === undefined) return;
      const problem = await client.check(request).catch((error: unknown) => `no answer: ${String(error)}`);
      answers += 1;
      if (problem !== undefined) problems.push(problem);
      await sleep(INTERVAL_MS);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await done;
      return { answers, wrong: problems.length, firstProblem: problems[0] };
    },
  };
}
