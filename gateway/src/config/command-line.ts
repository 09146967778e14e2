import { ConfigurationError } from '@tributary/service-kit';
import { parseArgs } from 'node:util';

/** The configuration that is read when none is named, in the current folder. */
export const DEFAULT_FILE = 'gateway.yaml';

export const HELP = `Serves a supergraph.

Usage: npx gateway [options]

  --config FILE       configuration; reloaded when it changes (default ${DEFAULT_FILE} in this folder, if there is one)
  --check-config      say what is wrong with the configuration, and end: exit code 0 when nothing is
  --supergraph FILE   supergraph SDL, a file or a URL; reloaded when it changes
  --port N            port to listen on, 0 for a free one (default 4000)
  --host ADDRESS      address to listen on (default 127.0.0.1)
  --workers N         processes that serve, or "auto" for one per core (default 1)
  --operations FOLDER example operations for the explorer, one .graphql file per tab
  --help              this text

A supergraph is all it needs; the other options come before what the configuration says. docs/config.md has everything
a configuration can say. Without "authentication" in it nobody has to sign in, and the caller's authorization header goes
to the subgraphs as it is.
`;

/** What the command line says; undefined where it says nothing. */
export interface CommandLine {
  readonly config?: string | undefined;
  readonly supergraph?: string | undefined;
  readonly host?: string | undefined;
  readonly operations?: string | undefined;
  readonly port?: number | undefined;
  readonly workers?: number | 'auto' | undefined;
  readonly checkConfig: boolean;
  readonly help: boolean;
}

/** @throws ConfigurationError for options that there are not, and values that cannot be. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { port, workers, 'check-config': checkConfig, help, ...rest } = parse(args);
  return {
    ...rest,
    port: port === undefined ? undefined : wholeNumber('--port', port, 0, 65_535),
    workers:
      workers === undefined || workers === 'auto' ? workers : wholeNumber('--workers', workers, 1, 256),
    checkConfig: checkConfig === true,
    help: help === true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        config: { type: 'string' },
        'check-config': { type: 'boolean' },
        supergraph: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        workers: { type: 'string' },
        operations: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new ConfigurationError('gateway', [`${(error as Error).message}. See --help.`]);
  }
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (value >= min && value <= max) return value;
  throw new ConfigurationError('gateway', [`${option}: must be a whole number, ${min} to ${max}`]);
}
