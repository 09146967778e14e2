import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ExpectedError } from '../expected-error.ts';
import { SUBGRAPHS, type SubgraphName } from '../subgraphs/shop.ts';
import { FAULTS, type Fault } from './subgraph-process.ts';

export const HELP = `Makes each subgraph fail in turn, in each way, while the gateway serves half of what it can.

Usage: npm run resilience -- [options]

  --seconds N        length of each fault (default 8); as long before and after
  --subgraph NAME    only this: ${SUBGRAPHS.join(', ')}
  --fault NAME       only this: ${FAULTS.join(', ')}
  --rate N           requests per second (default: half of what the gateway can)
  --repetitions N    of every trial, one round after another (default 3); of each p99 the middle one counts,
                     of those in which the machine's host took less than half a percent of a processor
  --output DIR       where resilience.json goes (default bench/results)
  --help             this text

Exits with 1 when an operation that does not need the subgraph fails or its p99 doubles, when an answer lacks what the
other subgraphs bring, or when it takes more than 5 s after the fault until every answer is complete again.
`;

export interface Options {
  /** Length of each fault. */
  readonly seconds: number;
  readonly subgraphs: readonly SubgraphName[];
  readonly faults: readonly Fault[];
  /** Requests per second; undefined: half of what the gateway can. */
  readonly rate?: number;
  readonly repetitions: number;
  readonly output: string;
}

/**
 * @returns undefined when help is asked for.
 * @throws ExpectedError that says what is wrong, for people.
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  return {
    seconds: readNumber('seconds', values.seconds),
    subgraphs: readChoice('subgraph', values.subgraph, SUBGRAPHS),
    faults: readChoice('fault', values.fault, FAULTS),
    ...(values.rate === undefined ? {} : { rate: readNumber('rate', values.rate) }),
    repetitions: readNumber('repetitions', values.repetitions),
    output: values.output,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seconds: { type: 'string', default: '8' },
        subgraph: { type: 'string' },
        fault: { type: 'string' },
        rate: { type: 'string' },
        repetitions: { type: 'string', default: '3' },
        output: { type: 'string', default: join(import.meta.dirname, '../results') },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new ExpectedError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function readNumber(option: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new ExpectedError(`--${option} takes a number above 0, got ${text}`);
  return value;
}

/** What was chosen, all of them unless something was. */
function readChoice<T extends string>(
  option: string,
  text: string | undefined,
  choices: readonly T[],
): readonly T[] {
  const chosen = choices.filter((each) => text === undefined || each === text);
  if (chosen.length === 0)
    throw new ExpectedError(`--${option} takes one of ${choices.join(', ')}, got ${text}`);
  return chosen;
}
