import { setTimeout as sleep } from 'node:timers/promises';
import { watchStolenTime } from '../measure/stolen-time.ts';
import { startUsageSampler } from '../measure/usage-sampler.ts';
import type { SubgraphName } from '../subgraphs/shop.ts';
import { judge, type Verdict } from './judge.ts';
import { OPERATIONS } from './operations.ts';
import { startLoad } from './run-load.ts';
import type { Fault } from './subgraph-process.ts';
import type { System } from './system.ts';

export interface TrialOptions {
  readonly subgraph: SubgraphName;
  readonly fault: Fault;
  /** Length of the fault, and of what is watched before and after it. */
  readonly seconds: number;
  /** Requests per second. */
  readonly rate: number;
}

/** As many as wait at most in a second and a half. Users have connections, which they keep. */
const CONNECTIONS = 2_000;

/** One subgraph fails in one way under load, and is mended. */
export async function runTrial(
  { gateway, subgraphs, clients }: System,
  { subgraph, fault, seconds, rate }: TrialOptions,
): Promise<Verdict> {
  const process = subgraphs.get(subgraph);
  if (process === undefined) throw new Error(`no subgraph ${subgraph}`);
  const [operation] = OPERATIONS;
  if (operation !== undefined) await clients.open(CONNECTIONS, operation);
  const usage = startUsageSampler(gateway.pid);
  const load = startLoad(clients, rate, subgraph);
  const stolenSince = watchStolenTime();
  try {
    await sleep(seconds * 1_000);
    const beganMs = performance.now();
    await process.fail(fault);
    await sleep(seconds * 1_000);
    const mendingMs = performance.now();
    const stolenPercent = stolenSince();
    await process.mend(fault);
    const endedMs = performance.now();
    await sleep(seconds * 1_000);
    await load.stop();
    const { rssPeakMb } = usage.stop();
    const { outcomes } = load;
    return judge({ subgraph, fault, outcomes, beganMs, mendingMs, endedMs, rssPeakMb, stolenPercent });
  } finally {
    usage.stop();
  }
}
