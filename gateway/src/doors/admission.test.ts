import { expect, it } from '@jest/globals';
import { Admission } from './admission.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** How many requests begin in each turn of the event loop, when each of them takes so long. */
async function beginsByTurn(requests: number, workMs: number): Promise<readonly number[]> {
  let nowMs = 0;
  const admission = new Admission(() => nowMs);
  const begins: number[] = [];
  let begunNow = 0;
  const all = Array.from({ length: requests }, async () => {
    await admission.enter();
    begunNow += 1;
    nowMs += workMs;
  });
  while (begins.reduce((sum, count) => sum + count, 0) < requests) {
    begunNow = 0;
    await turn();
    begins.push(begunNow);
  }
  await Promise.all(all);
  return begins;
}

it('lets what comes while there is time begin at once', async () => {
  expect((await beginsByTurn(10, 0)).filter((count) => count > 0)).toEqual([10]);
});

it('begins fewer and fewer a turn while turns take long, and always one', async () => {
  const begins = (await beginsByTurn(40, 8)).filter((count) => count > 0);

  expect(begins.reduce((sum, count) => sum + count, 0)).toBe(40);
  expect(begins.slice(-10)).toEqual(Array.from({ length: 10 }, () => 1));
});

it('does not begin a long line all at once', async () => {
  expect(Math.max(...(await beginsByTurn(500, 0.05)))).toBeLessThan(200);
});
