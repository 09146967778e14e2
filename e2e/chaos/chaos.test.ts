import { describe, expect, it } from '@jest/globals';
import { BOOT_TIMEOUT_MS } from '../boot-system.ts';
import { findSmallest } from './find-smallest.ts';
import { formatCommand, OptionsError, readOptions } from './options.ts';
import { runChaos } from './run-chaos.ts';
import { planDisturbances, VICTIMS } from './schedule.ts';

/** One length after the other, until something happened: how much happens in a time is up to the machine. */
const MINUTES = [1, 2];
const REST_MS = 300_000;
const SEED = 1;
/** A provider that is asked without keys is found at once. */
const MINUTES_WITH_BUG = [0.25, 0.5, 1, 2];
const TIMEOUT_MS = MINUTES_WITH_BUG.length * (BOOT_TIMEOUT_MS + REST_MS);

const rowsOf = (violation: unknown): readonly { readonly payment?: unknown }[] =>
  Array.isArray(violation) ? violation : [];

type Report = Awaited<ReturnType<typeof runChaos>>;

async function runUntil(isEnough: (report: Report) => boolean, bug: 'drop-provider-key' | undefined) {
  const reports: Report[] = [];
  for (const minutes of bug === undefined ? MINUTES : MINUTES_WITH_BUG) {
    const schedule = planDisturbances(SEED, minutes);
    const report = await runChaos({ minutes, seed: SEED, bug, schedule, onProgress: () => undefined });
    reports.push(report);
    if (isEnough(report)) break;
  }
  return reports;
}

describe('money and stock while everything around them fails', () => {
  it(
    'come out right',
    async () => {
      const ordered = ({ journal }: Report): number => journal.counts.get('ordered') ?? 0;
      const reports = await runUntil((report) => ordered(report) >= 5 && report.snapshots > 0, undefined);

      expect(reports.map(({ violations }) => violations)).toEqual(reports.map(() => ({})));
      expect(reports.map(ordered).at(-1)).toBeGreaterThanOrEqual(5);
    },
    TIMEOUT_MS,
  );

  it(
    'are found wrong when a provider is asked without its keys',
    async () => {
      // Money set aside or taken at the provider, for no payment of ours.
      const orphans = ({ violations }: Report): readonly unknown[] =>
        rowsOf(violations['X1 the books of the provider and ours agree']).filter(
          ({ payment }) => payment === null,
        );
      const reports = await runUntil((report) => orphans(report).length > 0, 'drop-provider-key');

      expect(reports.flatMap(orphans).length).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});

describe('the plan of a run', () => {
  it('is that of its seed, and longer with its time', () => {
    const plan = planDisturbances(7, 10);

    expect(planDisturbances(7, 10)).toEqual(plan);
    expect(planDisturbances(8, 10)).not.toEqual(plan);
    const short = planDisturbances(7, 2);
    expect(plan.slice(0, short.length)).toEqual(short);
    expect(plan.at(-1)?.atMs).toBeLessThan(600_000);
    expect(new Set(plan.flatMap((act) => (act.kind === 'kill' ? [act.victim] : [])))).toEqual(
      new Set(VICTIMS),
    );
    expect(planDisturbances(7, 10, [2, 5])).toEqual([plan[1], plan[4]]);
  });
});

describe('a run that failed', () => {
  const all = Array.from({ length: 40 }, (_, index) => index + 1);
  const needs =
    (...culprits: readonly number[]) =>
    (some: readonly number[]) =>
      Promise.resolve(culprits.every((culprit) => some.includes(culprit)));

  it.each([[[]], [[17]], [[3, 38]], [[1, 20, 21]]])(
    'is told with no more disturbances than it needs: %j',
    async (culprits) => {
      expect(await findSmallest(all, needs(...culprits), 1_000)).toEqual(culprits);
    },
  );

  it('is tried again no more often than wished, and what was found by then still fails', async () => {
    for (const tries of [0, 1, 3, 7]) {
      let asked = 0;
      const fails = (some: readonly number[]): Promise<boolean> => {
        asked += 1;
        return needs(3, 38)(some);
      };
      const smallest = await findSmallest(all, fails, tries);

      expect(asked).toBeLessThanOrEqual(tries);
      expect(smallest).toEqual(expect.arrayContaining([3, 38]));
    }
  });
});

describe('the command line of the chaos', () => {
  it('is told so that it does the same again', () => {
    for (const only of [undefined, [], [3, 12]]) {
      const options = { minutes: 0.5, seed: 7, bug: 'drop-provider-key', only } as const;
      const [, args = ''] = formatCommand(options).split(' -- ');

      expect(readOptions(args.split(' '))).toMatchObject(options);
    }
  });

  it('says what is wrong with it', () => {
    expect(readOptions(['--minutes', '0.5', '--seed', '7'])).toMatchObject({
      minutes: 0.5,
      seed: 7,
      bug: undefined,
    });
    for (const args of [
      ['--minutes', '0'],
      ['--seed', 'x'],
      ['--bug', 'none'],
      ['--only', 'x'],
      ['--shrink', '-1'],
      ['--nope'],
    ]) {
      expect(() => readOptions(args)).toThrow(OptionsError);
    }
  });
});
