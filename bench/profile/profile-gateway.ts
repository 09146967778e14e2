import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contestant } from '../contestants/contestant.ts';
import { workloadNamed, type Bench } from '../measure/bench.ts';
import { startLoad } from '../measure/start-load.ts';
import { withSystem } from '../measure/with-system.ts';
import type { LoadScenario } from '../scenarios/load-scenario.ts';
import { summarizeProfile, type CpuProfile, type ProfileSummary } from './summarize-profile.ts';

export interface GatewayProfile {
  /** For a browser's developer tools, or speedscope. */
  readonly file: string;
  readonly requestsPerSecond: number;
  readonly summary: ProfileSummary;
}

/** Half a millisecond: a few seconds of load give enough samples, and the gateway hardly gets slower. */
const INTERVAL_US = '500';

/** Runs a contestant under V8's profiler and a load; what it did before the load's window is left out of the summary. */
export async function profileGateway(
  bench: Bench,
  contestant: Contestant,
  { workload: workloadName, uniqueHeader, sharing }: LoadScenario,
  folder: string,
): Promise<GatewayProfile> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const nodeFlags = ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval', INTERVAL_US];
  const workload = workloadNamed(bench, workloadName);
  const { result, startUs, endUs } = await withSystem(
    bench,
    contestant,
    { workload, uniqueHeader, sharing, nodeFlags },
    async ({ gateway }) => {
      const load = await startLoad({
        ...bench,
        port: gateway.port,
        workload,
        uniqueHeader,
      });
      await load.windowStart();
      const start = monotonicUs();
      await load.windowEnd();
      return { startUs: start, endUs: monotonicUs(), result: await load.result };
    },
  );
  const file = await findLargest(folder);
  const profile = JSON.parse(await readFile(file, 'utf8')) as CpuProfile;
  return {
    file,
    requestsPerSecond: result.answersPerSecond,
    summary: summarizeProfile(profile, startUs, endUs),
  };
}

/** The clock of V8's profiles. */
const monotonicUs = (): number => Number(process.hrtime.bigint() / 1000n);

/** Every thread leaves a profile; the one that serves has the most to tell. */
async function findLargest(folder: string): Promise<string> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => ({
      path: join(folder, name),
      size: (await stat(join(folder, name))).size,
    })),
  );
  const [largest] = files.toSorted((a, b) => b.size - a.size);
  if (largest === undefined)
    throw new Error('The gateway left no profile: did it end before it could write one?');
  return largest.path;
}
