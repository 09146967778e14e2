import { parseArgs, type ParseArgsConfig } from 'node:util';

/** Prints what the command does, and ends it, when that is asked for. */
export function answerHelp(help: string): void {
  const args = process.argv.slice(2);
  if (!args.includes('--help') && !args.includes('-h')) return;
  process.stdout.write(help);
  process.exit(0);
}

/** What `parseArgs` reads of the command line. Ends the command, with the problem in a line, when it cannot. */
export function readArguments<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    // Node goes on with how to name a file that begins with a dash.
    const [problem = ''] = (error as Error).message.split('. ');
    return fail(`${problem}; see --help`);
  }
}

/** Ends the command with a line that says what is wrong, and exit code 1. */
export function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
