import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@tributary/testkit';
import { findFreePort } from '../../scripts/system/ports.ts';
import { countInstances } from './count-instances.ts';
import { SUBGRAPH_NAMES, type SubgraphName } from './graph/subgraphs.ts';
import { composeSupergraphs, type Supergraphs } from './graph/supergraphs.ts';
import { killSubgraphs } from './kill-subgraphs.ts';
import { sampleMemory } from './memory.ts';
import { createOperations, oneOfEach } from './operations.ts';
import { Outages } from './outages.ts';
import { createRandom } from './random.ts';
import { replaceFile, replaceSupergraph } from './replace-supergraph.ts';
import { runLoad, runOnce } from './run-load.ts';
import { startGateway, type GatewayProcess } from './start-gateway.ts';
import { startSubgraph, type SubgraphProcess } from './start-subgraph.ts';
import { Tally } from './tally.ts';
import { untilServed } from './until-served.ts';

const PROGRESS_INTERVAL_MS = 5_000;
/** After the last restart: longer than one is an excuse. */
const SETTLE_MS = 2_000;
const TAKEN = { timeoutMs: 30_000, what: 'the gateway to take the new supergraph' };

export interface SoakOptions {
  readonly durationS: number;
  readonly seed: number;
  /** Aborted to end the soak before its time. */
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
}

export interface SoakResult {
  readonly seconds: number;
  readonly tally: Tally;
  readonly replacements: number;
  /** Replacements that the gateway noticed and took. */
  readonly reloads: number;
  readonly kills: ReadonlyMap<string, number>;
  /** Resident memory of the gateway in MB, twice a second. */
  readonly rssMb: readonly number[];
  /** Schemas on the gateway's heap at the end: each snapshot of a supergraph has one. */
  readonly schemasAlive: number;
  /** What the gateway logged as an error. */
  readonly complaints: readonly string[];
}

/** @throws Error when something does not start. */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-soak-'));
  const supergraphFile = join(folder, 'supergraph.graphql');
  const subgraphs: SubgraphProcess[] = [];
  let gateway: GatewayProcess | undefined;
  try {
    for (const name of SUBGRAPH_NAMES) subgraphs.push(await startSubgraph(name, await findFreePort()));
    const urls = Object.fromEntries(subgraphs.map(({ name, url }) => [name, url]));
    const supergraphs = composeSupergraphs(urls as Record<SubgraphName, string>);
    await replaceFile(supergraphFile, supergraphs.plain);
    gateway = await startGateway(supergraphFile, folder);
    return await disturb({ ...options, gateway, subgraphs, supergraphFile, supergraphs });
  } finally {
    await gateway?.stop();
    await Promise.all(subgraphs.map((subgraph) => subgraph.kill()));
    await rm(folder, { recursive: true });
  }
}

interface System {
  readonly gateway: GatewayProcess;
  readonly subgraphs: readonly SubgraphProcess[];
  readonly supergraphFile: string;
  readonly supergraphs: Supergraphs;
}

async function disturb({
  durationS,
  seed,
  signal: stopped,
  onProgress,
  gateway,
  subgraphs,
  supergraphFile,
  supergraphs,
}: SoakOptions & System): Promise<SoakResult> {
  const startedAt = performance.now();
  const seconds = (): number => (performance.now() - startedAt) / 1000;
  const { signal, end } = endOfLoad(durationS, stopped);
  const outages = new Outages();
  const tally = new Tally();
  const memory = sampleMemory(gateway.pid);
  const progress = setInterval(() => {
    onProgress(
      `${seconds().toFixed(0)} s: ${tally.requests} requests, ${gateway.reloads} reloads, ` +
        `${tally.explained} with a subgraph down, ${tally.failed} failed, ${memory.samples.at(-1)?.toFixed(0) ?? '?'} MB`,
    );
  }, PROGRESS_INTERVAL_MS);

  const untilTaken = async (count: number): Promise<void> => {
    await waitFor(() => gateway.reloads >= count, TAKEN);
  };

  // A row of random numbers for each: none changes another's by its timing.
  const [replacements, kills] = await Promise.all([
    replaceSupergraph({
      path: supergraphFile,
      supergraphs,
      untilTaken,
      signal,
    }),
    killSubgraphs(subgraphs, {
      outages,
      random: createRandom(seed),
      untilServed: (name) => untilServed(gateway.url, name),
      signal,
    }),
    runLoad({
      url: gateway.url,
      nextOperation: createOperations(createRandom(seed + 1)),
      outages,
      tally,
      random: createRandom(seed + 2),
      signal,
    }),
  ]);
  end();
  memory.stop();
  clearInterval(progress);
  const loadS = seconds();

  await untilTaken(replacements);
  await delay(SETTLE_MS);
  await runOnce(oneOfEach(createRandom(seed)), { url: gateway.url, outages, tally });
  const schemasAlive = await countInstances(await gateway.writeHeapSnapshot(), 'GraphQLSchema');
  return {
    seconds: loadS,
    tally,
    replacements,
    reloads: gateway.reloads,
    kills,
    rssMb: memory.samples,
    schemasAlive,
    complaints: gateway.complaints,
  };
}

/** Not AbortSignal.any() of a timeout: Node 20 collects it as garbage while it is listened to, and it never fires. */
function endOfLoad(durationS: number, stopped: AbortSignal): { readonly signal: AbortSignal; end(): void } {
  const controller = new AbortController();
  const end = (): void => {
    controller.abort();
  };
  const timer = setTimeout(end, durationS * 1000);
  stopped.addEventListener('abort', end, { once: true });
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      stopped.removeEventListener('abort', end);
    },
  };
}
