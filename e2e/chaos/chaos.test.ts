import { describe, expect, it } from '@jest/globals';
import { BOOT_TIMEOUT_MS } from '../boot-system.ts';
import { OptionsError, readOptions } from './options.ts';
import { runChaos } from './run-chaos.ts';

const LOAD_MINUTES = 0.5;
/** Enough for an answer to be lost: then a request without a key is done twice. */
const BUG_MINUTES = 0.25;
const REST_MS = 300_000;

describe('money and stock while everything around them fails', () => {
  it(
    'come out right',
    async () => {
      const { violations, journal, snapshots } = await runChaos({
        minutes: LOAD_MINUTES,
        seed: 1,
        bug: undefined,
        onProgress: () => undefined,
      });
      expect(violations).toEqual({});
      expect(journal.counts.get('ordered')).toBeGreaterThan(0);
      expect(snapshots).toBeGreaterThan(0);
    },
    BOOT_TIMEOUT_MS + REST_MS,
  );

  it(
    'are found wrong when a provider is asked without its keys',
    async () => {
      const { violations } = await runChaos({
        minutes: BUG_MINUTES,
        seed: 1,
        bug: 'drop-provider-key',
        onProgress: () => undefined,
      });
      // Money set aside or taken at the provider, for no payment of ours.
      expect(violations['X1 the books of the provider and ours agree']).toEqual(
        expect.arrayContaining([expect.objectContaining({ payment: null })]),
      );
    },
    BOOT_TIMEOUT_MS + REST_MS,
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
