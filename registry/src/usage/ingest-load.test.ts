import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, spawnService, type SpawnedService, type TestDatabase } from '@tributary/testkit';
import pg from 'pg';
import { addUp, createReporter, createReports } from '../testing/report-load.ts';

const MAIN = 'registry/src/main.ts';
const REPORTS = 1_500;
/** After so many are acknowledged the process is killed. */
const KILL_AFTER = 500;

describe('many usage reports at once', () => {
  let database: TestDatabase;
  let service: SpawnedService;
  const env = () => ({ POSTGRES_URL: database.url, PORT: '0', GRAPH_ID: 'shop', KEY_ROLE: 'ROUTER' });

  beforeAll(async () => {
    database = await createTestDatabase();
    await spawnService(MAIN, ['migrate'], env()).finished;
    service = spawnService(MAIN, [], env());
  });
  afterAll(async () => {
    service.process.kill('SIGKILL');
    await service.finished;
    await database.drop();
  });

  it('are each counted once, though the registry is killed in between and reporters send again', async () => {
    const key = (await spawnService(MAIN, ['create-key'], env()).finished).output.trim();
    const reportOf = createReports('shop@current');
    const reports = Array.from({ length: REPORTS }, (_, index) => reportOf(index));
    const reporter = createReporter({ key, maxConnections: 100 });
    const acknowledged = new Set<number>();
    const sendMissing = async (url: string, onAcknowledged: () => void): Promise<void> => {
      await Promise.all(
        reports.map(async ({ body }, index) => {
          if (acknowledged.has(index)) return;
          if ((await reporter.send(url, body)) !== 200) return;
          acknowledged.add(index);
          onAcknowledged();
        }),
      );
    };

    await sendMissing(await service.url, () => {
      if (acknowledged.size === KILL_AFTER) service.process.kill('SIGKILL');
    });
    await service.finished;
    const beforeKill = acknowledged.size;
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const stored = async () =>
      (
        await client.query<{ name: string; requests: number }>(
          `SELECT o.name, sum(u.requests)::int AS requests
             FROM operation_usage u JOIN recorded_operations o ON o.id = u.operation_id GROUP BY 1`,
        )
      ).rows;
    const afterKill = new Map((await stored()).map(({ name, requests }) => [name, requests]));
    const promised = addUp(reports.filter((_, index) => acknowledged.has(index)));

    service = spawnService(MAIN, [], env());
    await sendMissing(await service.url, () => undefined);
    const rows = await stored();
    const { rows: latency } = await client.query(
      'SELECT sum(requests)::int AS requests FROM operation_latency',
    );
    await client.end();
    reporter.close();

    expect(beforeKill).toBeGreaterThanOrEqual(KILL_AFTER);
    expect(beforeKill).toBeLessThan(REPORTS);
    for (const [name, requests] of promised) expect(afterKill.get(name)).toBeGreaterThanOrEqual(requests);
    expect(acknowledged.size).toBe(REPORTS);
    const expected = addUp(reports);
    expect(new Map(rows.map(({ name, requests }) => [name, requests]))).toEqual(expected);
    expect(latency).toEqual([{ requests: [...expected.values()].reduce((sum, count) => sum + count, 0) }]);
  });
});
