import { ConfigurationError } from './errors.ts';
import { runService, type RunningService } from './run-service.ts';

export interface Commands {
  /** Of the process, for messages. */
  readonly name: string;
  readonly help: string;
  /** Runs on without end, when no command is named. */
  readonly serve: () => Promise<RunningService>;
  /** Commands that end by themselves; what they answer is printed. */
  readonly others: Readonly<Record<string, () => Promise<string | undefined>>>;
}

/** The command line of a process: `main.ts [serve]`, `main.ts <command>`, `main.ts --help`. */
export async function runCommands(
  args: readonly string[],
  { name, help, serve, others }: Commands,
): Promise<void> {
  const [command = 'serve'] = args;
  if (command === '--help' || command === '-h') {
    process.stdout.write(help);
    return;
  }
  await runService(async () => {
    if (command === 'serve') return serve();
    const run = Object.hasOwn(others, command) ? others[command] : undefined;
    if (run === undefined)
      throw new ConfigurationError(name, [`there is no command "${command}"; see --help`]);
    const output = await run();
    return exit(output === undefined ? '' : `${output}\n`);
  });
}

/** Ends the process once all of its output is out; a parent's IPC channel would keep it alive. */
const exit = (output: string): Promise<never> =>
  new Promise(() => {
    process.stdout.write(output, () => process.exit(0));
  });
