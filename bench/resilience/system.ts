import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { composeSupergraph } from '../../scripts/composition/compose-supergraph.ts';
import { assignCores } from '../measure/bench.ts';
import { findFreePort } from '../measure/free-port.ts';
import { startProcess, type ManagedProcess } from '../measure/managed-process.ts';
import { readContract } from '../subgraphs/create-subgraph.ts';
import { SUBGRAPHS, type SubgraphName } from '../subgraphs/shop.ts';
import { Clients } from './clients.ts';
import { OPERATIONS } from './operations.ts';
import { isRight } from './run-load.ts';
import { SubgraphProcess } from './subgraph-process.ts';

/** A gateway, its subgraphs, each a process, and who asks them. */
export interface System {
  readonly gateway: ManagedProcess;
  readonly subgraphs: ReadonlyMap<SubgraphName, SubgraphProcess>;
  readonly clients: Clients;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '../..');

/** Starts all of it, and moves this process out of the gateway's way. */
export async function startSystem(): Promise<System> {
  const folder = await mkdtemp(join(tmpdir(), 'resilience-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true });
  });
  const cores = assignCores(availableParallelism());
  if (cores.load !== undefined)
    spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(cores.load), String(process.pid)]);
  const subgraphs = new Map<SubgraphName, SubgraphProcess>();
  for (const name of SUBGRAPHS) {
    const subgraph = new SubgraphProcess(await findFreePort(), cores.subgraphs);
    subgraphs.set(name, subgraph);
    await subgraph.start();
  }
  const port = await findFreePort();
  const gateway = startProcess({
    args: [
      '--max-semi-space-size=32',
      join(root, 'gateway/dist/main.js'),
      ...(await gatewayArguments(folder, subgraphs)),
      '--port',
      String(port),
    ],
    core: cores.gateway,
  });
  const clients = new Clients(port);
  for (const operation of OPERATIONS)
    while (!isRight(await clients.ask(operation))) {
      if (gateway.hasExited()) throw new Error(`The gateway did not start:\n${await gateway.exited}`);
      await sleep(50);
    }
  return {
    gateway,
    subgraphs,
    clients,
    stop: async () => {
      clients.close();
      await gateway.stop();
      for (const subgraph of subgraphs.values()) await subgraph.stop();
    },
  };
}

/** Defaults, but for how long a subgraph may take: whoever waits for ten seconds has left. */
async function gatewayArguments(
  folder: string,
  subgraphs: ReadonlyMap<SubgraphName, SubgraphProcess>,
): Promise<readonly string[]> {
  const { result, messages } = composeSupergraph(
    {
      federationVersion: '2.14.4',
      subgraphs: [...subgraphs].map(([name, { url }]) => ({
        name,
        routingUrl: `${url}/${name}`,
        file: `${name}.graphql`,
        sdl: readContract(name),
      })),
    },
    import.meta.dirname,
  );
  if (result === undefined) throw new Error(messages.map(({ message }) => message).join('\n'));
  const [supergraph, config] = [join(folder, 'supergraph.graphql'), join(folder, 'gateway.yaml')];
  await writeFile(supergraph, result.supergraphSdl);
  await writeFile(config, 'traffic_shaping: { all: { timeout: 2s } }\n');
  return ['--supergraph', supergraph, '--config', config];
}
