import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { waitFor } from '@tributary/testkit';
import { runPeriodically } from './run-periodically.ts';

const HOUR_MS = 3_600_000;

describe('runPeriodically', () => {
  it('goes on at once while there is more to do, also after a failure, and one at a time', async () => {
    let turns = 0;
    let running = 0;
    let most = 0;
    const worker = runPeriodically({
      name: 'test',
      everyMs: 1,
      logger: silentLogger(),
      work: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        turns += 1;
        if (turns === 2) throw new Error('no');
        return turns < 4;
      },
    });

    await waitFor(() => turns >= 6);
    await worker.stop();

    expect(most).toBe(1);
    expect(running).toBe(0);
  });

  it('can be woken while it rests, and while it works', async () => {
    let turns = 0;
    const work = (): Promise<boolean> => {
      turns += 1;
      if (turns === 1) worker.wake();
      return Promise.resolve(false);
    };
    const worker = runPeriodically({
      name: 'test',
      everyMs: HOUR_MS,
      logger: silentLogger(),
      work: async () => {
        await Promise.resolve();
        return work();
      },
    });

    await waitFor(() => turns === 2);
    worker.wake();
    await waitFor(() => turns === 3);
    await worker.stop();
  });
});
