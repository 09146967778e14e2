import { expect, it } from '@jest/globals';
import { composeFakes, postGraphql, spawnService, startFakeSubgraph, waitFor } from '@tributary/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const CLIENTS = 8;

it('a gateway that is told to stop under load answers everything it took', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'drain-'));
  const subgraph = await startFakeSubgraph('a', 'type Query { n: Int }', {
    Query: { n: () => delay(20, 7) },
  });
  const supergraph = join(folder, 'supergraph.graphql');
  await writeFile(supergraph, composeFakes([subgraph]));
  const service = spawnService('gateway/src/main.ts', ['--port', '0', '--supergraph', supergraph], {
    PATH: process.env['PATH'] ?? '',
  });
  try {
    await waitFor(() => service.output().includes('Supergraph ready'), { timeoutMs: 90_000 });
    const url = /"url.full":"([^"]+)"/.exec(service.output())?.[1] ?? '';
    let answered = 0;
    /** Asks until nobody listens any more. @returns Why it ended. */
    const ask = async (): Promise<unknown> => {
      for (;;) {
        try {
          const { status, data } = await postGraphql(url, { query: '{ n }' });
          if (status !== 200 || data?.n !== 7) return status;
          answered += 1;
        } catch (error) {
          return ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code;
        }
      }
    };
    const clients = Array.from({ length: CLIENTS }, ask);
    await waitFor(() => answered > 50, { timeoutMs: 90_000 });

    service.process.kill('SIGTERM');

    expect(await Promise.all(clients)).toEqual(clients.map(() => 'ECONNREFUSED'));
    expect((await service.finished).exitCode).toBe(0);
  } finally {
    service.process.kill('SIGKILL');
    await service.finished;
    await subgraph.close();
    await rm(folder, { recursive: true });
  }
});
