import { afterEach, describe, expect, it } from '@jest/globals';
import {
  composeFakes,
  postGraphql,
  spawnService,
  startFakeSubgraph,
  waitFor,
  type FakeSubgraph,
} from '@tributary/testkit';
import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const PORT = '20871';
/** For three processes from their source, on a machine that has ten times as much to do. */
const START_TIMEOUT_MS = 120_000;
const TEST_TIMEOUT_MS = 300_000;
const url = `http://127.0.0.1:${PORT}/graphql`;

describe('workers', () => {
  let subgraph: FakeSubgraph;
  let folder: string;
  let service: ReturnType<typeof spawnService> | undefined;

  const start = async (workers: string, config = '{}'): Promise<number> => {
    folder = await mkdtemp(join(tmpdir(), 'workers-'));
    subgraph = await startFakeSubgraph('a', 'type Query { n: Int }', { Query: { n: () => 7 } });
    const supergraph = join(folder, 'supergraph.graphql');
    await writeFile(supergraph, composeFakes([subgraph]));
    const configFile = join(folder, 'gateway.yaml');
    await writeFile(configFile, config);
    service = spawnService(
      'gateway/src/main.ts',
      ['--workers', workers, '--port', PORT, '--supergraph', supergraph, '--config', configFile],
      {
        PATH: process.env['PATH'] ?? '',
      },
    );
    const { output } = service;
    await waitFor(() => output().includes('all workers serving'), { timeoutMs: START_TIMEOUT_MS });
    expect((await ask()).data).toEqual({ n: 7 });
    return service.process.pid ?? 0;
  };
  const ask = () => postGraphql(url, { query: '{ n }' });
  const workersOf = async (pid: number): Promise<string[]> =>
    (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8'))
      .trim()
      .split(' ')
      .filter((child) => child !== '');

  afterEach(async () => {
    service?.process.kill('SIGTERM');
    await service?.finished;
    service = undefined;
    await subgraph.close();
    await rm(folder, { recursive: true });
  });

  it('have their metrics added up by the process that started them', async () => {
    await start(
      '2',
      'telemetry: { exporters: { metrics: { prometheus: { enabled: true, listen: { port: 20872 } } } } }',
    );
    for (let request = 1; request < 20; request += 1) await ask();

    await waitFor(async () => {
      const metrics = await (await fetch('http://127.0.0.1:20872/metrics')).text();
      const counts = metrics.match(/^tributary_operations_total\{.*\} \d+$/gm) ?? [];
      return counts.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0) === 20;
    });
  });

  it(
    'share a port; one that is killed is replaced',
    async () => {
      const pid = await start('2');
      const [victim = ''] = await workersOf(pid);

      process.kill(Number(victim), 'SIGKILL');

      await waitFor(
        async () => {
          const workers = await workersOf(pid);
          return workers.length === 2 && !workers.includes(victim);
        },
        { timeoutMs: 20_000 },
      );
      expect((await ask()).data).toEqual({ n: 7 });
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'are replaced one after the other on SIGHUP, and no request fails',
    async () => {
      const pid = await start('2');
      const before = await workersOf(pid);
      const failures: unknown[] = [];
      const asking = { value: true };
      let asked = 0;
      const load = (async () => {
        while (asking.value) {
          await ask().then(
            ({ status }) => {
              asked += 1;
              if (status !== 200) failures.push(status);
            },
            (error: unknown) => failures.push(error),
          );
          await delay(5);
        }
      })();

      process.kill(pid, 'SIGHUP');
      await waitFor(
        async () => {
          const now = await workersOf(pid);
          return now.length === 2 && !now.some((worker) => before.includes(worker));
        },
        { timeoutMs: 40_000 },
      );
      asking.value = false;
      await load;

      expect(failures).toEqual([]);
      expect(asked).toBeGreaterThan(10);
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'are as many as before when one dies while they are replaced',
    async () => {
      const pid = await start('2');
      const before = await workersOf(pid);
      process.kill(pid, 'SIGHUP');
      await waitFor(async () => (await workersOf(pid)).length === 3, { timeoutMs: START_TIMEOUT_MS });

      process.kill(Number(before[0]), 'SIGKILL');

      await waitFor(() => service?.output().includes('all workers replaced'), {
        timeoutMs: START_TIMEOUT_MS,
      });
      const after = await workersOf(pid);
      expect(after).toHaveLength(2);
      expect(after.filter((worker) => before.includes(worker))).toEqual([]);
      expect((await ask()).data).toEqual({ n: 7 });
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'stop with their starter',
    async () => {
      const pid = await start('2');
      const workers = await workersOf(pid);

      service?.process.kill('SIGTERM');

      expect(await service?.finished).toMatchObject({ exitCode: 0 });
      for (const worker of workers) expect(() => process.kill(Number(worker), 0)).toThrow();
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'do the same with a canary: what one gives up all give up',
    async () => {
      await start('2', 'canary: { percent: 50, key: [header:x-caller], min_requests: 60, duration: 1h }');
      const output = () => service?.output() ?? '';
      const failing = await startFakeSubgraph('a', 'type Query { n: Int }', {
        Query: {
          n: () => {
            throw new Error('broken');
          },
        },
      });
      try {
        await writeFile(join(folder, 'supergraph.graphql'), composeFakes([failing]));
        await waitFor(() => output().match(/canary started/g)?.length === 2, { timeoutMs: 90_000 });

        const callers = Array.from({ length: 20 }, (_, caller) => String(caller));
        await waitFor(
          async () => {
            await Promise.all(
              callers.map((caller) => postGraphql(url, { query: '{ n }' }, { 'x-caller': caller })),
            );
            return output().match(/canary returned/g)?.length === 2;
          },
          { timeoutMs: 30_000 },
        );
        expect(output()).toContain('"tributary.canary.reason":"errors"');
        for (const caller of callers)
          expect((await postGraphql(url, { query: '{ n }' }, { 'x-caller': caller })).data).toEqual({ n: 7 });
      } finally {
        await failing.close();
      }
    },
    TEST_TIMEOUT_MS,
  );
});
