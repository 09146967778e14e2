import { expect, it } from '@jest/globals';
import { Admission } from './admission.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Trial {
  readonly requests: number;
  /** What each request takes of the processor as it begins. */
  readonly workMs?: number;
  /** What each turn takes besides. */
  readonly otherMs?: number;
  readonly turns: number;
  /** Turns after which a request is answered; those that have begun wait forever unless it is given. */
  readonly answeredAfter?: number;
  /** Or rather fails then. */
  readonly fails?: boolean;
}

/** Which requests, in the order in which they came, begin in each turn of the event loop. */
async function beginsByTurn({
  requests,
  workMs = 0,
  otherMs = 0,
  turns,
  answeredAfter = Infinity,
  fails = false,
}: Trial): Promise<readonly (readonly number[])[]> {
  let nowMs = 0;
  const admission = new Admission(() => nowMs);
  const begins: number[][] = [];
  const answers: (() => void)[][] = [];
  let begun: number[] = [];
  let open: (() => void)[] = [];
  for (let index = 0; index < requests; index += 1)
    admission
      .run(
        () =>
          new Promise<void>((resolve, reject) => {
            begun.push(index);
            open.push(() => {
              if (fails) reject(new Error('refused'));
              else resolve();
            });
            nowMs += workMs;
          }),
      )
      .catch(() => undefined);
  for (let number = 0; number < turns; number += 1) {
    [begun, open] = [[], []];
    for (const answer of answers[number - answeredAfter] ?? []) answer();
    nowMs += otherMs;
    await turn();
    begins.push(begun);
    answers.push(open);
  }
  return begins;
}

const counts = (begins: readonly (readonly number[])[]): readonly number[] =>
  begins.map(({ length }) => length).filter((count) => count > 0);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

it('lets what comes while there is time begin at once, in turn', async () => {
  const [begun] = (await beginsByTurn({ requests: 10, turns: 3 })).filter(({ length }) => length > 0);

  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

it('begins fewer and fewer a turn while turns take long, and always one', async () => {
  const begins = counts(await beginsByTurn({ requests: 40, workMs: 8, turns: 60 }));

  expect(sum(begins)).toBe(40);
  expect(begins.slice(-10)).toEqual(Array.from({ length: 10 }, () => 1));
});

it('does not begin a long line all at once', async () => {
  const begins = counts(await beginsByTurn({ requests: 500, workMs: 0.05, turns: 20, answeredAfter: 1 }));

  expect(sum(begins)).toBe(500);
  expect(Math.max(...begins)).toBeLessThan(200);
});

it('begins of a long line those who came last, and one in four of those who came first', async () => {
  const begins = await beginsByTurn({ requests: 500, otherMs: 1, turns: 3 });

  expect(begins.flat().slice(0, 8)).toEqual([499, 498, 497, 0, 496, 495, 494, 1]);
});

it('begins of a long line as many as are answered while there is other work', async () => {
  const stuck = await beginsByTurn({ requests: 500, otherMs: 1, turns: 50 });
  expect(sum(counts(stuck))).toBe(32);

  const answered = await beginsByTurn({ requests: 500, otherMs: 1, turns: 12, answeredAfter: 2 });
  expect(sum(counts(answered))).toBeGreaterThan(32 * 4);
  expect(Math.max(...counts(answered))).toBeLessThanOrEqual(32);
});

it('begins more of a long line when there is nothing else to do, whatever those in progress wait for', async () => {
  const begins = counts(await beginsByTurn({ requests: 500, turns: 100 }));

  expect(sum(begins)).toBe(500);
});

it('begins another when one has failed', async () => {
  const begins = await beginsByTurn({
    requests: 500,
    otherMs: 1,
    turns: 12,
    answeredAfter: 2,
    fails: true,
  });

  expect(sum(counts(begins))).toBeGreaterThan(32 * 4);
});
