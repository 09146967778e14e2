import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contestant } from '../contestants/contestant.ts';
import type { Workload } from '../workloads/workload.ts';
import type { Bench } from './bench.ts';
import { assertPortIsFree, findFreePort } from './free-port.ts';
import { createGatewayClient, type GatewayClient } from './gateway-client.ts';
import { startProcess, type ManagedProcess } from './managed-process.ts';

export interface GatewayOptions {
  readonly workload: Workload;
  readonly uniqueHeader: boolean;
  readonly sharing: boolean;
  /** Flags of node, for profiling. */
  readonly nodeFlags?: readonly string[];
}

export interface RunningGateway {
  readonly process: ManagedProcess;
  readonly port: number;
  readonly client: GatewayClient;
  /** From starting the process to the first right answer; NaN when the first answers were wrong for too long. */
  readonly startMs: number;
  readonly firstProblem: string | undefined;
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 30_000;
/** A gateway that answers but not rightly may still be starting. */
const WRONG_TIMEOUT_MS = 3_000;
const POLL_MS = 2;

/**
 * Starts a contestant and waits for its first right answer. One that answers wrongly is running too: the caller decides.
 *
 * @throws Error when it does not answer at all.
 */
export async function startGateway(
  bench: Bench,
  contestant: Contestant,
  { workload, uniqueHeader, sharing, nodeFlags = [] }: GatewayOptions,
): Promise<RunningGateway> {
  const [first] = workload.requests;
  if (first === undefined) throw new Error(`${workload.name} asks nothing`);
  const answerFile = join(bench.folder, `${workload.name}.json`);
  await writeFile(answerFile, first.expected);
  const port = await findFreePort();
  await assertPortIsFree(port);
  const { args, cwd, env } = contestant.command({
    supergraphFile: bench.supergraphFile,
    subgraphsUrl: `http://127.0.0.1:${bench.subgraphsPort}`,
    port,
    sharing,
    answerFile,
  });

  const startedAt = performance.now();
  const gateway = startProcess({
    args: [...nodeFlags, ...args],
    core: bench.cores.gateway,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  });
  const client = createGatewayClient(port, uniqueHeader);
  const elapsedMs = (): number => performance.now() - startedAt;
  const stop = async (): Promise<void> => {
    await client.close();
    await gateway.stop();
  };
  let answeredAfterMs = Infinity;
  for (;;) {
    try {
      const firstProblem = await client.check(first);
      if (firstProblem === undefined) {
        return { process: gateway, port, client, startMs: elapsedMs(), firstProblem, stop };
      }
      answeredAfterMs = Math.min(answeredAfterMs, elapsedMs());
      if (elapsedMs() > answeredAfterMs + WRONG_TIMEOUT_MS) {
        return { process: gateway, port, client, startMs: NaN, firstProblem, stop };
      }
    } catch (error) {
      if (gateway.hasExited() || elapsedMs() > START_TIMEOUT_MS) {
        await stop();
        const seconds = (elapsedMs() / 1000).toFixed(0);
        throw new Error(
          `${contestant.name} did not answer within ${seconds} s: ${String(error)}\n${await gateway.exited}`,
          {
            cause: error,
          },
        );
      }
    }
    await sleep(POLL_MS);
  }
}
