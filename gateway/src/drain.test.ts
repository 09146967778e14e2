import { expect, it } from '@jest/globals';
import { composeFakes, postGraphql, spawnService, startFakeSubgraph, waitFor } from '@tributary/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const CLIENTS = 8;

it('a gateway that is told to stop under load answers everything it took', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'drain-'));
  const taken = new Set<number>();
  const subgraph = await startFakeSubgraph('a', 'type Query { echo(n: Int!): Int }', {
    Query: {
      echo: (_: unknown, { n }: { n: number }) => {
        taken.add(n);
        return delay(20, n);
      },
    },
  });
  const supergraph = join(folder, 'supergraph.graphql');
  await writeFile(supergraph, composeFakes([subgraph]));
  const service = spawnService('gateway/src/main.ts', ['--port', '0', '--supergraph', supergraph], {
    PATH: process.env['PATH'] ?? '',
  });
  try {
    await waitFor(() => service.output().includes('Supergraph ready'), { timeoutMs: 90_000 });
    const url = /"url.full":"([^"]+)"/.exec(service.output())?.[1] ?? '';
    const answered = new Set<number>();
    let asked = 0;
    /** Asks until nobody listens any more. @returns Why it ended. */
    const ask = async (): Promise<unknown> => {
      for (;;) {
        const n = (asked += 1);
        try {
          const query = 'query ($n: Int!) { echo(n: $n) }';
          const { status, data } = await postGraphql(url, { query, variables: { n } });
          if (status !== 200 || data?.echo !== n) return status;
          answered.add(n);
        } catch (error) {
          return ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code;
        }
      }
    };
    const clients = Array.from({ length: CLIENTS }, ask);
    await waitFor(() => answered.size > 50, { timeoutMs: 90_000 });

    service.process.kill('SIGTERM');

    // A connection that waited in the kernel's backlog when the port was closed is reset, and one whose client was too
    // slow to send its request is ended: no process ever took what they asked.
    const nobodyTookIt = ['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET'];
    for (const ended of await Promise.all(clients)) expect(nobodyTookIt).toContain(ended);
    expect([...taken].filter((n) => !answered.has(n))).toEqual([]);
    expect((await service.finished).exitCode).toBe(0);
  } finally {
    service.process.kill('SIGKILL');
    await service.finished;
    await subgraph.close();
    await rm(folder, { recursive: true });
  }
});
