import { describe, expect, it } from '@jest/globals';
import { BOOT_TIMEOUT_MS } from '../boot-system.ts';
import { OptionsError, readOptions } from './options.ts';
import { runChaos } from './run-chaos.ts';

/** One length after the other, until something happened: how much happens in a time is up to the machine. */
const MINUTES = [0.25, 0.5, 1, 2];
const REST_MS = 300_000;
const TIMEOUT_MS = MINUTES.length * (BOOT_TIMEOUT_MS + REST_MS);

const rowsOf = (violation: unknown): readonly { readonly payment?: unknown }[] =>
  Array.isArray(violation) ? violation : [];

type Report = Awaited<ReturnType<typeof runChaos>>;

async function runUntil(isEnough: (report: Report) => boolean, bug: 'drop-provider-key' | undefined) {
  const reports: Report[] = [];
  for (const minutes of MINUTES) {
    const report = await runChaos({ minutes, seed: 1, bug, onProgress: () => undefined });
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

describe('the command line of the chaos', () => {
  it('says what is wrong with it', () => {
    expect(readOptions(['--minutes', '0.5', '--seed', '7'])).toMatchObject({
      minutes: 0.5,
      seed: 7,
      bug: undefined,
    });
    for (const args of [['--minutes', '0'], ['--seed', 'x'], ['--bug', 'none'], ['--nope']]) {
      expect(() => readOptions(args)).toThrow(OptionsError);
    }
  });
});
