import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { waitFor } from '@tributary/testkit';
import { endChild, startChild } from './child-process.ts';

/**
 * The young generation is what `npm run gateway` gives it, from the beginning: one that is still growing would look
 * like a leak. The limit of the old one ends a gateway that leaks badly before it takes the machine along.
 */
const MEMORY_FLAGS = ['--min-semi-space-size=64', '--max-semi-space-size=64', '--max-old-space-size=1024'];

/**
 * A small cache, so that it is full within seconds: one that is still filling would look like a leak too. A circuit that
 * opens for a short time: requests have to be right soon after a subgraph is back.
 */
const CONFIGURATION = `
query_planning: { cache_bytes: 5MB }
traffic_shaping: { all: { circuit_breaker: { open_for: 100ms } } }
`;

const SNAPSHOT_SIGNAL = 'SIGUSR2';
const SNAPSHOT_TIMEOUT_MS = 60_000;

export interface GatewayProcess {
  /** Of the GraphQL endpoint. */
  readonly url: string;
  readonly pid: number;
  /** Supergraphs it has taken after the first. */
  readonly reloads: number;
  /** What it logged as an error, or wrote outside of its log; and that it ended. */
  readonly complaints: readonly string[];
  /** Has it write what is alive on its heap; the path of that file. */
  writeHeapSnapshot(): Promise<string>;
  stop(): Promise<void>;
}

interface LogLine {
  readonly level?: string;
  readonly msg?: string;
  readonly 'url.full'?: string;
}

/**
 * @param folder Where the supergraph is, and where heap snapshots go.
 * @throws Error with its log when it ends before it listens.
 */
export async function startGateway(supergraphFile: string, folder: string): Promise<GatewayProcess> {
  const configFile = join(folder, 'gateway.yaml');
  await writeFile(configFile, CONFIGURATION);
  const child = startChild({
    file: 'gateway/src/main.ts',
    args: ['--config', configFile, '--supergraph', supergraphFile, '--port', '0'],
    nodeFlags: [...MEMORY_FLAGS, `--heapsnapshot-signal=${SNAPSHOT_SIGNAL}`, `--diagnostic-dir=${folder}`],
  });
  let reloads = 0;
  let stopping = false;
  const complaints: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (text) => {
      const line = readLine(text);
      if (line?.msg === 'Supergraph ready' && line['url.full'] !== undefined) resolve(line['url.full']);
      if (line?.msg === 'supergraph reloaded') reloads += 1;
      if (line?.level === undefined || ['warn', 'error', 'fatal'].includes(line.level)) complaints.push(text);
    });
    createInterface(child.stderr).on('line', (text) => complaints.push(text));
    child.once('exit', (code, signal) => {
      if (stopping) return;
      complaints.push(`the gateway ended: ${signal ?? `exit code ${String(code)}`}`);
      reject(new Error(`The gateway did not start:\n${complaints.join('\n')}`));
    });
  });

  const snapshots = (): readonly string[] =>
    readdirSync(folder).filter((name) => name.endsWith('.heapsnapshot'));
  return {
    url,
    pid: child.pid ?? 0,
    get reloads() {
      return reloads;
    },
    complaints,
    writeHeapSnapshot: async () => {
      const before = snapshots();
      child.kill(SNAPSHOT_SIGNAL);
      const options = { timeoutMs: SNAPSHOT_TIMEOUT_MS, what: 'a heap snapshot' };
      const name = await waitFor(() => snapshots().find((file) => !before.includes(file)), options);
      // It writes on the thread that serves: once that answers, the file is whole.
      await fetch(new URL('/livez', url));
      return join(folder, name);
    },
    stop: async () => {
      stopping = true;
      await endChild(child, 'SIGTERM');
    },
  };
}

function readLine(text: string): LogLine | undefined {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return undefined;
  }
}
