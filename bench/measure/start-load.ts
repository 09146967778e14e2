import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cores } from './bench.ts';
import { MARKER } from '../unique-marker.ts';
import type { Workload } from '../workloads/workload.ts';

export interface LoadOptions {
  readonly port: number;
  readonly workload: Workload;
  /** An authorization header per request that no other has. */
  readonly uniqueHeader: boolean;
  readonly connections: number;
  /** Load before the window. */
  readonly warmUpS: number;
  /** Length of the window, in which answers count. */
  readonly durationS: number;
  readonly cores: Pick<Cores, 'load'>;
  /** Where the requests are written for wrk. */
  readonly folder: string;
}

export interface Load {
  windowStart(): Promise<void>;
  windowEnd(): Promise<void>;
  /** When wrk has ended, about a second after the window. */
  readonly result: Promise<LoadResult>;
}

export interface LoadResult {
  /** Answers within the window. */
  readonly answers: number;
  readonly answersPerSecond: number;
  /** Answers with another status than 200, and requests without one, from start to end. */
  readonly failures: number;
}

const SCRIPT = join(import.meta.dirname, 'load.lua');
const SEPARATOR = '\x1e';
const START_MS = 100;
/** As many as the longest run asks, and few enough for the markers' twelve digits. */
const MARKERS_PER_RUN = 100_000_000;
let runs = 0;

/**
 * Starts wrk as a closed loop: every connection sends its next request when it has its answer.
 * wrk itself counts from its start to its end, when slow gateways have much half done; we count within a window.
 */
export async function startLoad(options: LoadOptions): Promise<Load> {
  const { port, workload, uniqueHeader, connections, warmUpS, durationS, cores, folder } = options;
  const file = join(folder, `${workload.name}${uniqueHeader ? '-header' : ''}-${port}.http`);
  await writeFile(
    file,
    workload.requests.map(({ body }) => httpRequest(port, body, uniqueHeader)).join(SEPARATOR),
  );
  const firstMarker = runs * MARKERS_PER_RUN;
  runs += 1;
  const startMs = Date.now() + START_MS + warmUpS * 1000;
  const endMs = startMs + durationS * 1000;
  const output = run([
    ...(cores.load === undefined ? [] : ['taskset', '--cpu-list', String(cores.load)]),
    ...['wrk', '--threads', '1', '--connections', String(connections), '--timeout', '60s'],
    ...['--duration', `${Math.ceil(warmUpS + durationS + 0.5)}s`, '--script', SCRIPT],
    ...[`http://127.0.0.1:${port}/graphql`, '--', file, String(firstMarker), String(startMs), String(endMs)],
  ]);
  return {
    windowStart: async () => sleep(startMs - Date.now()),
    windowEnd: async () => sleep(endMs - Date.now()),
    result: output.then((text) => readResult(text, durationS)),
  };
}

function httpRequest(port: number, body: string, uniqueHeader: boolean): string {
  return [
    'POST /graphql HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    'accept: application/json',
    ...(uniqueHeader ? [`authorization: Bearer ${MARKER}`] : []),
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

async function run(command: readonly string[]): Promise<string> {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  await new Promise((resolve) => child.once('close', resolve));
  process.off('exit', kill);
  return output;
}

function readResult(output: string, durationS: number): LoadResult {
  const json = /^RESULT (.*)$/m.exec(output)?.[1];
  if (json === undefined) throw new Error(`wrk failed:\n${output}`);
  const { answered, badStatus, unanswered } = JSON.parse(json) as Readonly<
    Record<'answered' | 'badStatus' | 'unanswered', number>
  >;
  return { answers: answered, answersPerSecond: answered / durationS, failures: badStatus + unanswered };
}
