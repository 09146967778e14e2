import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeSupergraph } from '../../scripts/composition/compose-supergraph.ts';
import { assignCores, type Bench } from '../measure/bench.ts';
import { findFreePort } from '../measure/free-port.ts';
import type { Options } from '../options.ts';
import { readContract } from '../subgraphs/create-subgraph.ts';
import { SUBGRAPHS } from '../subgraphs/shop.ts';
import { createWorkloads } from '../workloads/create-workloads.ts';

/** Composes the supergraph, works out the right answers and moves this process out of the gateways' way. */
export async function createBench(options: Options): Promise<Bench> {
  const subgraphsPort = await findFreePort();
  const { result, messages } = composeSupergraph(
    {
      federationVersion: '2.14.4',
      subgraphs: SUBGRAPHS.map((name) => ({
        name,
        routingUrl: `http://127.0.0.1:${subgraphsPort}/${name}`,
        file: `${name}.graphql`,
        sdl: readContract(name),
      })),
    },
    import.meta.dirname,
  );
  if (result === undefined) throw new Error(messages.map(({ message }) => message).join('\n'));

  const folder = await mkdtemp(join(tmpdir(), 'tributary-bench-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true });
  });
  const supergraphFile = join(folder, 'supergraph.graphql');
  await writeFile(supergraphFile, result.supergraphSdl);
  const cores = assignCores(availableParallelism());
  if (cores.load !== undefined) {
    spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(cores.load), String(process.pid)]);
  }
  const { connections, warmUpS, durationS, starts, minutes } = options;
  return {
    ...{ folder, supergraphFile, subgraphsPort, cores },
    ...{ connections, warmUpS, durationS, starts, minutes },
    workloads: createWorkloads(result.apiSdl),
  };
}
