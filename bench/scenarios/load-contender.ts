import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant } from '../contestants/contestant.ts';
import { startAnswerSampler } from '../measure/answer-sampler.ts';
import type { Bench } from '../measure/bench.ts';
import type { GatewayClient } from '../measure/gateway-client.ts';
import { readProcessTree, readUsage } from '../measure/process-usage.ts';
import { startGateway, type GatewayOptions } from '../measure/start-gateway.ts';
import { startLoad, type Load } from '../measure/start-load.ts';
import type { Subgraphs } from '../measure/start-subgraphs.ts';
import { startUsageSampler } from '../measure/usage-sampler.ts';
import type { Workload } from '../workloads/workload.ts';
import type { Contender } from './in-turns.ts';

/**
 * With 200 operations each of them has come by twelve times after five seconds, and V8 is still compiling what they share: on a slow
 * processor an answer took 0.118 ms a kilobyte then, and 0.105 after ten seconds.
 */
const WARM_UPS_FOR_MANY = 2;
const IDLE_MS = 100;
const IDLE_TIMEOUT_MS = 5_000;

interface LoadContenderOptions {
  readonly bench: Bench;
  readonly contestant: Contestant;
  /** Of all who take turns. */
  readonly subgraphs: Subgraphs;
  readonly options: GatewayOptions;
  readonly turn: Pick<Bench, 'warmUpS' | 'durationS'>;
}

/** A fresh gateway whose turns are load; warmed up before the first of them, or in each if they are long enough for it. */
export async function startLoadContender({
  bench,
  contestant,
  subgraphs,
  options,
  turn,
}: LoadContenderOptions): Promise<Contender> {
  const gateway = await startGateway(bench, contestant, options);
  const { workload, uniqueHeader } = options;
  const { client, port, stop } = gateway;
  const { pid } = gateway.process;
  const loadFor = (times: typeof turn): Promise<Load> =>
    startLoad({ ...bench, ...times, port, workload, uniqueHeader });
  try {
    const { firstProblem, firstPassMs } = await checkOnce(client, workload);
    if (turn.warmUpS < bench.warmUpS) {
      const warmUps = workload.requests.length > 1 ? WARM_UPS_FOR_MANY : 1;
      const warmingUp = await loadFor({ warmUpS: bench.warmUpS * warmUps, durationS: 0 });
      await warmingUp.result;
      await untilIdle(pid);
    }
    const sum = { answers: 0, counted: 0, turns: 0, failures: 0, cpuMs: 0, fetches: 0, checked: 0 };
    let problem = firstProblem;
    let rssPeakMb = 0;
    let rssEndMb = 0;
    return {
      takeTurn: async () => {
        const load = await loadFor(turn);
        await load.windowStart();
        const fetchesBefore = await subgraphs.countRequests();
        const usageSampler = startUsageSampler(pid);
        const answerSampler = startAnswerSampler(client, workload);
        await load.windowEnd();
        const usage = usageSampler.stop();
        sum.fetches += (await subgraphs.countRequests()) - fetchesBefore;
        const sampled = await answerSampler.stop();
        const result = await load.result;
        await untilIdle(pid);
        sum.turns += 1;
        sum.counted += result.answers;
        sum.answers += result.answers + sampled.answers;
        sum.failures += result.failures;
        sum.cpuMs += usage.cpuMs;
        sum.checked += sampled.answers;
        problem ??= sampled.firstProblem;
        rssPeakMb = Math.max(rssPeakMb, usage.rssPeakMb);
        rssEndMb = usage.rssEndMb;
      },
      result: () => ({
        value: sum.counted / (sum.turns * turn.durationS),
        wrong: problem ?? (sum.failures > 0 ? `${sum.failures} requests failed` : undefined),
        details: {
          cpuMs: sum.cpuMs / sum.answers,
          cpuPercent: sum.cpuMs / (sum.turns * turn.durationS) / 10,
          ...(workload.requests.length > 1 ? { firstPassMs } : {}),
          rssPeakMb,
          rssEndMb,
          fetches: sum.fetches / sum.answers,
          checked: sum.checked,
        },
      }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The load leaves requests behind, and whoever is next shall not wait for them. */
async function untilIdle(pid: number): Promise<void> {
  const pids = readProcessTree(pid);
  const deadline = performance.now() + IDLE_TIMEOUT_MS;
  for (let { cpuMs } = readUsage(pids); performance.now() < deadline;) {
    await sleep(IDLE_MS);
    const now = readUsage(pids).cpuMs;
    if (now - cpuMs <= IDLE_MS / 5) return;
    cpuMs = now;
  }
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
