/**
 * `npm run bench:ingest [SECONDS] [REPORTS_PER_SECOND]`: usage reports at the registry, sent on time whatever became of
 * those before. The real service on a real PostgreSQL, both in processes of their own. Exits 1 when a report is refused,
 * the totals are not exact, or the registry's memory is over its bound.
 */
import { removeDataDirectory, startLocalPostgres } from '@tributary/local-postgres';
import { spawnService } from '@tributary/testkit';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { addUp, createReporter, createReports, onTime } from '../../registry/src/testing/report-load.ts';
import { answerHelp } from '../../scripts/command-line.ts';
import { readUsage } from '../measure/process-usage.ts';
import { quantile } from '../measure/statistics.ts';
import { runBench, type Release } from '../run-bench.ts';

answerHelp(`Sends the registry usage reports. Usage: npm run bench:ingest [-- SECONDS [REPORTS_PER_SECOND]]

60 seconds and 1,000 reports a second when left out. Exits 1 when one is refused, totals are not exact or memory is over its bound.
`);

const MAIN = 'registry/src/main.ts';
const SECONDS = Number(process.argv[2] ?? 60);
const PER_SECOND = Number(process.argv[3] ?? 1_000);
const WARM_UP_SECONDS = 3;
/** Of the registry, at any time. */
const MAX_RSS_MB = 512;
const MAX_CONNECTIONS = 256;
const SAMPLE_MS = 250;

interface Outcome {
  readonly refused: ReadonlyMap<number, number>;
  /** From when each was due to its answer, in milliseconds. */
  readonly tookMs: readonly number[];
  readonly seconds: number;
}

async function main(release: Release): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-bench-ingest-'));
  release(() => rm(folder, { recursive: true, force: true }));
  // Run by root, PostgreSQL is another account's process: let it in.
  await chmod(folder, 0o755);
  const starting = startLocalPostgres({ dataDir: join(folder, 'postgres') });
  release(async () => {
    await (await starting).stop();
    await removeDataDirectory(join(folder, 'postgres'));
  });
  const postgres = await starting;
  const env = {
    POSTGRES_URL: await postgres.createDatabase('registry'),
    PORT: '0',
    GRAPH_ID: 'shop',
    KEY_ROLE: 'ROUTER',
    MAX_REPORTS_PER_SECOND: String(2 * PER_SECOND),
  };
  await spawnService(MAIN, ['migrate'], env).finished;
  const key = (await spawnService(MAIN, ['create-key'], env).finished).output.trim();
  const service = spawnService(MAIN, ['serve'], env);
  release(() => {
    service.process.kill();
    return service.finished;
  });
  const url = await service.url;
  const reportOf = createReports('shop@current');
  const reporter = createReporter({ key, maxConnections: MAX_CONNECTIONS });
  let sent = 0;
  const run = async (seconds: number): Promise<Outcome> => {
    const refused = new Map<number, number>();
    const tookMs: number[] = [];
    const pending = new Set<Promise<void>>();
    const startMs = performance.now();
    await onTime({ perSecond: PER_SECOND, seconds }, (_, dueMs) => {
      const { body } = reportOf(sent);
      sent += 1;
      const answer = reporter.send(url, body).then((status) => {
        pending.delete(answer);
        if (status === 200) tookMs.push(performance.now() - dueMs);
        else refused.set(status, (refused.get(status) ?? 0) + 1);
      });
      pending.add(answer);
    });
    await Promise.all(pending);
    return { refused, tookMs, seconds: (performance.now() - startMs) / 1_000 };
  };
  await run(WARM_UP_SECONDS);
  const pid = service.process.pid ?? 0;
  const rssMb: number[] = [];
  const sampler = setInterval(() => rssMb.push(readUsage([pid]).rssMb), SAMPLE_MS);
  const before = readUsage([pid]).cpuMs;
  const outcome = await run(SECONDS);
  const cpuMs = readUsage([pid]).cpuMs - before;
  clearInterval(sampler);
  reporter.close();
  const expected = total(addUp(Array.from({ length: sent }, (_, index) => reportOf(index))));
  report(outcome, { rssMb, cpuMs, expected, stored: await storedRequests(env.POSTGRES_URL) });
}

const total = (sums: ReadonlyMap<string, number>): number =>
  [...sums.values()].reduce((sum, count) => sum + count, 0);

async function storedRequests(connectionString: string): Promise<number> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  const { rows } = await client.query<{ requests: number }>(
    'SELECT sum(requests)::float8 AS requests FROM operation_usage',
  );
  await client.end();
  return rows[0]?.requests ?? 0;
}

interface Measured {
  readonly rssMb: readonly number[];
  readonly cpuMs: number;
  readonly expected: number;
  readonly stored: number;
}

function report({ refused, tookMs, seconds }: Outcome, { rssMb, cpuMs, expected, stored }: Measured): void {
  const half = Math.floor(rssMb.length / 2);
  const peak = (sample: readonly number[]): number => Math.max(0, ...sample);
  const lost = [...refused].map(([status, count]) => `${count} with ${status}`).join(', ');
  const lines = [
    `${tookMs.length} reports acknowledged in ${seconds.toFixed(1)} s: ${(tookMs.length / seconds).toFixed(0)} a second of ${PER_SECOND}; refused: ${lost || 'none'}`,
    `acknowledged after p50 ${quantile(tookMs, 0.5).toFixed(0)} ms, p99 ${quantile(tookMs, 0.99).toFixed(0)} ms, at most ${peak(tookMs).toFixed(0)} ms`,
    `memory of the registry: at most ${peak(rssMb.slice(0, half)).toFixed(0)} MB in the first half, ${peak(rssMb.slice(half)).toFixed(0)} MB in the second (bound ${MAX_RSS_MB})`,
    `processor time of the registry: ${(cpuMs / tookMs.length).toFixed(2)} ms a report, ${((cpuMs / 1_000 / seconds) * 100).toFixed(0)} % of a core`,
    `requests counted ${stored} of ${expected}: ${stored === expected ? 'exact' : 'WRONG'}`,
    `load average ${loadavg()[0]?.toFixed(1) ?? ''}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (stored !== expected || refused.size > 0 || peak(rssMb) > MAX_RSS_MB) process.exitCode = 1;
}

await runBench(main);
