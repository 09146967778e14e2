import { setTimeout as sleep } from 'node:timers/promises';
import type { Workload } from '../workloads/workload.ts';
import type { GatewayClient } from './gateway-client.ts';
import { quantile } from './statistics.ts';

export interface OpenLoopOptions {
  /** Requests per second. */
  readonly rate: number;
  /** Sent before those that count: a gateway that comes from another load has to settle. */
  readonly warmUpS: number;
  readonly durationS: number;
}

export interface OpenLoopResult {
  /** Of those that count. */
  readonly requests: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly wrong: number;
  readonly firstProblem: string | undefined;
}

/** So many unanswered requests mean that the rate is not sustained; more would only fill memory. */
const MAX_IN_FLIGHT = 2_000;

/**
 * Open loop: requests leave at a fixed rate whether or not earlier ones are answered, as they do from many users.
 * Latency counts from when a request was due, so a stall is felt by all that it delays (no coordinated omission).
 */
export async function runOpenLoop(
  client: GatewayClient,
  { requests }: Workload,
  { rate, warmUpS, durationS }: OpenLoopOptions,
): Promise<OpenLoopResult> {
  const uncounted = Math.floor(rate * warmUpS);
  const total = uncounted + Math.floor(rate * durationS);
  const latenciesMs: number[] = [];
  const problems: string[] = [];
  const inFlight = new Set<Promise<void>>();
  const startMs = performance.now();

  const send = async (index: number): Promise<void> => {
    const request = requests[index % requests.length];
    if (request === undefined) return;
    const problem = await client.check(request).catch((error: unknown) => `no answer: ${String(error)}`);
    if (index >= uncounted) latenciesMs.push(performance.now() - (startMs + (index * 1000) / rate));
    if (problem !== undefined) problems.push(problem);
  };

  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - startMs) * rate) / 1000) + 1);
    for (; sent < due; sent += 1) {
      if (inFlight.size >= MAX_IN_FLIGHT) throw new Error(`cannot sustain ${Math.round(rate)} requests/s`);
      const sending = send(sent);
      inFlight.add(sending);
      void sending.finally(() => inFlight.delete(sending));
    }
    await sleep(1);
  }
  await Promise.all(inFlight);
  return {
    requests: total - uncounted,
    p50Ms: quantile(latenciesMs, 0.5),
    p95Ms: quantile(latenciesMs, 0.95),
    p99Ms: quantile(latenciesMs, 0.99),
    wrong: problems.length,
    firstProblem: problems[0],
  };
}
