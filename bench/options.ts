import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Contestant } from './contestants/contestant.ts';
import { CONTESTANTS } from './contestants/contestants.ts';
import { ExpectedError } from './expected-error.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { SCENARIOS } from './scenarios/scenarios.ts';

export const HELP = `Measures Tributary side by side with other GraphQL gateways, on this machine.

Usage: npm run bench -- [options]

  --scenario A,B     only these (default: all but memory)
  --gateway A,B      only these (default: all); ratios need apollo, which is what they are to
  --repetitions N    of everything, interleaved (default 3)
  --duration S       seconds of measured load per repetition (default 5)
  --connections N    of the load generator (default 50)
  --minutes N        length of the memory scenario (default 5); includes it
  --quick            one repetition of 2 seconds, and memory for 15 seconds: does everything work?
  --output DIR       where results go (default bench/results)
  --check            exit 1 when tributary, or tributary-observed, misses a target
  --chart            measure nothing, draw DIR/chart.svg from DIR/latest.json
  --profile          where does tributary's time go? One scenario (default deep-header), no comparison
  --help             this text

Scenarios: ${SCENARIOS.map(({ name }) => name).join(', ')}
Gateways:  ${CONTESTANTS.map(({ name }) => name).join(', ')}

A run of everything writes latest.json and chart.svg, any other run partial.json.
It takes about an hour. Needs Linux, and wrk, which is installed with apt when it can be.
`;

export interface Options {
  readonly mode: 'help' | 'measure' | 'profile' | 'chart';
  readonly scenarios: readonly Scenario[];
  readonly contestants: readonly Contestant[];
  /** Nothing left out, nothing shortened: worth keeping. */
  readonly full: boolean;
  readonly repetitions: number;
  readonly durationS: number;
  readonly warmUpS: number;
  readonly connections: number;
  readonly minutes: number;
  /** Starts per repetition of the cold start. */
  readonly starts: number;
  readonly check: boolean;
  readonly output: string;
}

/** @throws ExpectedError that says what is wrong, for people. */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  const quick = values.quick ?? false;
  const withMemory = quick || values.minutes !== undefined;
  const number = (name: 'repetitions' | 'duration' | 'connections' | 'minutes', fallback: number): number => {
    const text = values[name];
    if (text === undefined) return fallback;
    const value = Number(text);
    if (!(value > 0)) throw new ExpectedError(`--${name} takes a number above 0, got ${text}`);
    return value;
  };
  const whole = (name: 'repetitions' | 'connections', fallback: number): number => {
    const value = number(name, fallback);
    if (!Number.isInteger(value)) throw new ExpectedError(`--${name} takes a whole number, got ${value}`);
    return value;
  };
  return {
    mode: values.help ? 'help' : values.chart ? 'chart' : values.profile ? 'profile' : 'measure',
    scenarios: select('scenario', values.scenario, SCENARIOS, ({ name }) => withMemory || name !== 'memory'),
    contestants: select('gateway', values.gateway, CONTESTANTS, ({ role }) => role !== 'variant'),
    full: !quick && values.scenario === undefined && values.gateway === undefined,
    repetitions: whole('repetitions', quick ? 1 : 3),
    durationS: number('duration', quick ? 2 : 5),
    warmUpS: quick ? 2 : 5,
    connections: whole('connections', 50),
    minutes: number('minutes', quick ? 0.25 : 5),
    starts: quick ? 1 : 3,
    check: values.check ?? false,
    output: values.output === undefined ? join(import.meta.dirname, 'results') : resolve(values.output),
  };
}

/** Those that were named, in our order; else those of the default. */
function select<T extends { readonly name: string }>(
  option: string,
  text: string | undefined,
  all: readonly T[],
  isDefault: (item: T) => boolean,
): readonly T[] {
  if (text === undefined) return all.filter(isDefault);
  const names = text.split(',');
  const unknown = names.filter((name) => !all.some((item) => item.name === name));
  if (unknown.length > 0) {
    const known = all.map(({ name }) => name).join(', ');
    throw new ExpectedError(`--${option} does not know ${unknown.join(', ')}; it knows ${known}`);
  }
  return all.filter(({ name }) => names.includes(name));
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenario: { type: 'string' },
        gateway: { type: 'string' },
        repetitions: { type: 'string' },
        duration: { type: 'string' },
        connections: { type: 'string' },
        minutes: { type: 'string' },
        output: { type: 'string' },
        quick: { type: 'boolean' },
        check: { type: 'boolean' },
        chart: { type: 'boolean' },
        profile: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new ExpectedError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
