import { parseArgs } from 'node:util';

const DEFAULT_MINUTES = 1;

export const HELP = `Buys, refunds and cancels while processes are killed and paused, answers lost, webhooks late and doubled.

Usage: npm run chaos -- [options]

  --minutes N   of load (default ${DEFAULT_MINUTES}; fractions are fine)
  --seed N      of what is bought, killed and disturbed (default 1)
  --bug NAME    breaks something on purpose, which must be found: drop-provider-key
  --help        this text

All the time the books are read in one snapshot and must balance. Afterwards the books of payments, of the provider and
the stock of products must agree with each other and with what every client was told. Exit code 1 when they do not.
`;

export const BUGS = ['drop-provider-key'] as const;
export type Bug = (typeof BUGS)[number];

export interface Options {
  readonly help: boolean;
  readonly minutes: number;
  readonly seed: number;
  readonly bug: Bug | undefined;
}

/** A command line that cannot be obeyed; the message is for people. */
export class OptionsError extends Error {}

/** @throws OptionsError */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  const minutes = Number(values.minutes ?? DEFAULT_MINUTES);
  if (!(minutes > 0) || !Number.isFinite(minutes))
    throw new OptionsError(`--minutes takes a number above zero, got ${String(values.minutes)}`);
  const seed = Number(values.seed ?? 1);
  if (!Number.isSafeInteger(seed))
    throw new OptionsError(`--seed takes a whole number, got ${String(values.seed)}`);
  const bug = BUGS.find((name) => name === values.bug);
  if (values.bug !== undefined && bug === undefined)
    throw new OptionsError(`--bug takes one of: ${BUGS.join(', ')}, got ${values.bug}`);
  return { help: values.help ?? false, minutes, seed, bug };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string' },
        seed: { type: 'string' },
        bug: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
