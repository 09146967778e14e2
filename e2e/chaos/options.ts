import { parseArgs } from 'node:util';

const DEFAULT_MINUTES = 1;
const DEFAULT_SHRINK = 6;

export const HELP = `Buys, refunds and cancels while processes are killed and paused, answers lost, webhooks late and doubled.

Usage: npm run chaos -- [options]

  --minutes N   of load (default ${DEFAULT_MINUTES}; fractions are fine)
  --seed N      of what is bought, killed and disturbed (default 1)
  --only A,B    of the disturbances only these, by their numbers in the plan; or none
  --shrink N    times that a run which failed is done again to find fewer disturbances with which it fails
                (default ${DEFAULT_SHRINK}; 0: not at all)
  --plan        prints what is disturbed, and when, and does nothing
  --bug NAME    breaks something on purpose, which must be found: drop-provider-key
  --help        this text

All the time the books are read in one snapshot and must balance. Afterwards the books of payments, of the provider and
the stock of products must agree with each other and with what every client was told. Exit code 1 when they do not, and a
command line with which they do not either, with as few disturbances as were found; its logs are kept.
`;

export const BUGS = ['drop-provider-key'] as const;
export type Bug = (typeof BUGS)[number];

export interface Options {
  readonly help: boolean;
  readonly minutes: number;
  readonly seed: number;
  readonly bug: Bug | undefined;
  /** Numbers of disturbances; undefined: all. */
  readonly only: readonly number[] | undefined;
  readonly shrink: number;
  readonly plan: boolean;
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
  const shrink = Number(values.shrink ?? DEFAULT_SHRINK);
  if (!Number.isSafeInteger(shrink) || shrink < 0)
    throw new OptionsError(`--shrink takes a whole number, got ${String(values.shrink)}`);
  const only = readNumbers(values.only);
  return { help: values.help ?? false, minutes, seed, bug, only, shrink, plan: values.plan ?? false };
}

/** The command line that does this again. */
export function formatCommand({
  minutes,
  seed,
  bug,
  only,
}: Omit<Options, 'help' | 'plan' | 'shrink'>): string {
  const chosen = only === undefined ? '' : ` --only ${only.length === 0 ? 'none' : only.join(',')}`;
  return `npm run chaos -- --minutes ${minutes} --seed ${seed}${chosen}${bug === undefined ? '' : ` --bug ${bug}`}`;
}

function readNumbers(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined;
  const numbers = text === 'none' ? [] : text.split(',').map(Number);
  if (numbers.every((number) => Number.isSafeInteger(number) && number > 0)) return numbers;
  throw new OptionsError(`--only takes numbers of disturbances, as in 3,7,12, or none; got ${text}`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string' },
        seed: { type: 'string' },
        bug: { type: 'string' },
        only: { type: 'string' },
        shrink: { type: 'string' },
        plan: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
