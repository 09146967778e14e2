/** `npm run resilience`: each subgraph in turn fails in each way, under load. See --help. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { composeSupergraph } from '../../scripts/composition/compose-supergraph.ts';
import { assignCores } from '../measure/bench.ts';
import { findFreePort } from '../measure/free-port.ts';
import { startProcess } from '../measure/managed-process.ts';
import { startUsageSampler } from '../measure/usage-sampler.ts';
import { ExpectedError } from '../expected-error.ts';
import { buildGateway } from '../setup/build-gateway.ts';
import { readContract } from '../subgraphs/create-subgraph.ts';
import { SUBGRAPHS, type SubgraphName } from '../subgraphs/shop.ts';
import { failuresOf, judge, type Verdict } from './judge.ts';
import { OPERATIONS } from './operations.ts';
import { ask, createPool, measureSaturation, openConnections, startLoad } from './run-load.ts';
import { FAULTS, SubgraphProcess, type Fault } from './subgraph-process.ts';

const HELP = `Makes each subgraph fail in turn, in each way, while the gateway serves half of what it can.

Usage: npm run resilience -- [options]

  --seconds N        length of each fault (default 8); as long before and after
  --subgraph NAME    only this: ${SUBGRAPHS.join(', ')}
  --fault NAME       only this: ${FAULTS.join(', ')}
  --rate N           requests per second (default: half of what the gateway can, 4000 at most)
  --output DIR       where resilience.json goes (default bench/results)
  --help             this text

Exits with 1 when an operation that does not need the subgraph fails or its p99 doubles, when an answer lacks what the
other subgraphs bring, or when it takes more than 5 s after the fault until every answer is complete again.
`;

const root = join(import.meta.dirname, '../..');
const CLIENTS = 50;
const SATURATION_S = 4;
const LOAD_SHARE = 0.5;
/** Beyond, this program is what is late: it shares its processor with the subgraphs, and each request has a user of its own. */
const MAX_RATE = 4_000;

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '8' },
      subgraph: { type: 'string' },
      fault: { type: 'string' },
      rate: { type: 'string' },
      output: { type: 'string', default: join(root, 'bench/results') },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    print(HELP);
    return 0;
  }
  buildGateway(print);
  const folder = await mkdtemp(join(tmpdir(), 'resilience-'));
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
  const pool = createPool(port);
  try {
    for (const operation of OPERATIONS)
      while ((await ask(pool, operation))?.isComplete !== true) {
        if (gateway.hasExited()) throw new Error(`The gateway did not start:\n${await gateway.exited}`);
        await sleep(50);
      }
    await measureSaturation(pool, CLIENTS, SATURATION_S);
    const saturation = await measureSaturation(pool, CLIENTS, SATURATION_S);
    const rate =
      values.rate === undefined
        ? Math.min(Math.round(saturation * LOAD_SHARE), MAX_RATE)
        : Number(values.rate);
    print(`${rate} requests/s of ${Math.round(saturation)} that the gateway can`);
    const verdicts: Verdict[] = [];
    for (const [name, subgraph] of subgraphs) {
      if (values.subgraph !== undefined && values.subgraph !== name) continue;
      for (const fault of FAULTS) {
        if (values.fault !== undefined && values.fault !== fault) continue;
        const verdict = await runTrial({ name, subgraph, fault, seconds: Number(values.seconds) });
        verdicts.push(verdict);
        print(formatRow(verdict));
      }
    }
    await mkdir(values.output, { recursive: true });
    await writeFile(
      join(values.output, 'resilience.json'),
      `${JSON.stringify({ rate, verdicts }, null, 2)}\n`,
    );
    const failures = verdicts.flatMap(failuresOf);
    for (const failure of failures) print(failure);
    return failures.length === 0 ? 0 : 1;

    async function runTrial(trial: {
      name: SubgraphName;
      subgraph: SubgraphProcess;
      fault: Fault;
      seconds: number;
    }): Promise<Verdict> {
      const usage = startUsageSampler(gateway.pid);
      await openConnections(pool);
      const load = startLoad(pool, rate, trial.name);
      await sleep(trial.seconds * 1_000);
      const beganMs = performance.now();
      await trial.subgraph.fail(trial.fault);
      await sleep(trial.seconds * 1_000);
      const mendingMs = performance.now();
      await trial.subgraph.mend(trial.fault);
      const endedMs = performance.now();
      await sleep(trial.seconds * 1_000);
      await load.stop();
      const { rssPeakMb } = usage.stop();
      const { name, fault } = trial;
      const { outcomes } = load;
      return judge({ subgraph: name, fault, outcomes, beganMs, mendingMs, endedMs, rssPeakMb });
    }
  } finally {
    await pool.destroy();
    await gateway.stop();
    for (const subgraph of subgraphs.values()) await subgraph.stop();
    await rm(folder, { recursive: true });
  }
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

const formatRow = (verdict: Verdict): string =>
  `| ${[
    verdict.subgraph,
    verdict.fault,
    verdict.untouchedWrong,
    `${verdict.healthyP99Ms.toFixed(1)} ms`,
    `${verdict.untouchedP99Ms.toFixed(1)} ms`,
    `${verdict.partial} of ${verdict.touched}`,
    `${(verdict.recoveryMs / 1_000).toFixed(1)} s`,
    `${Math.round(verdict.rssPeakMb)} MB`,
  ].join(' | ')} |`;

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof ExpectedError)) throw error;
  process.stderr.write(`${error.message}\n`);
  // The trial that it ended still samples the gateway.
  process.exit(2);
}
