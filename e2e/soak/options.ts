import { parseArgs } from 'node:util';

const DEFAULT_DURATION_S = 60;
/** Below this not every kind of operation meets every kind of event. */
const MIN_DURATION_S = 10;

export const HELP = `Keeps a gateway busy while its supergraph is replaced every second and its subgraphs are killed.

Usage: npm run soak -- [options]

  --duration SECONDS  of load (default ${DEFAULT_DURATION_S}, at least ${MIN_DURATION_S})
  --seed N            of operations, variables and kills (default 1)
  --help              this text

Every answer is compared with the same data as one schema. Exit code 1 for a wrong or missing answer that no killed
subgraph explains, for an error in the gateway's log, and for memory that grows. Needs Linux.
`;

export interface Options {
  readonly help: boolean;
  readonly durationS: number;
  readonly seed: number;
}

/** A command line that cannot be obeyed; the message is for people. */
export class OptionsError extends Error {}

/** @throws OptionsError */
export function readOptions(args: readonly string[]): Options {
  const { duration, seed, help = false } = parse(args);
  const durationS = Number(duration ?? DEFAULT_DURATION_S);
  if (!(durationS >= MIN_DURATION_S) || !Number.isFinite(durationS))
    throw new OptionsError(`--duration takes seconds, ${MIN_DURATION_S} or more, got ${String(duration)}`);
  const seedNumber = Number(seed ?? 1);
  if (!Number.isSafeInteger(seedNumber) || seed?.trim() === '')
    throw new OptionsError(`--seed takes a whole number, got ${String(seed)}`);
  return { help, durationS, seed: seedNumber };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        duration: { type: 'string' },
        seed: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
