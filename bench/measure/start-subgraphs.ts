import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import type { Bench } from './bench.ts';
import { assertPortIsFree } from './free-port.ts';
import { startProcess } from './managed-process.ts';

export interface Subgraphs {
  /** Requests that all of them together have had so far. */
  countRequests(): Promise<number>;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '../..');
const PROGRAM = join(root, 'bench/subgraphs/main.ts');
const START_TIMEOUT_MS = 20_000;

export async function startSubgraphs(bench: Bench, delayMs: number): Promise<Subgraphs> {
  const { subgraphsPort: port } = bench;
  await assertPortIsFree(port);
  const subgraphs = startProcess({
    args: ['--import', 'tsx', PROGRAM, '--port', String(port), '--delay', String(delayMs)],
    core: bench.cores.subgraphs,
    // Where node finds tsx.
    cwd: root,
  });
  const countRequests = async (): Promise<number> => {
    const { body } = await request(`http://127.0.0.1:${port}/requests`);
    const counts = (await body.json()) as Readonly<Record<string, number>>;
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  };
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const started = await countRequests().then(
      () => true,
      () => false,
    );
    if (started) return { countRequests, stop: subgraphs.stop };
    if (subgraphs.hasExited() || Date.now() > deadline) {
      await subgraphs.stop();
      throw new Error(`The subgraphs did not start:\n${await subgraphs.exited}`);
    }
    await sleep(20);
  }
}
