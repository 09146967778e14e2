import { ConfigurationError, createLogger, runService } from '@tributary/service-kit';
import { loadConfig, loadStoreConfig } from './config.ts';
import { migrate } from './migrate.ts';
import { seed } from './seed/seed.ts';
import { serve } from './serve.ts';

const HELP = `The users subgraph.

  main.ts [serve]   answer requests (the default)
  main.ts migrate   bring the database to the newest schema
  main.ts seed      add the sample accounts that are missing
  main.ts --help    print this

It is configured by environment variables: see subgraphs/users/README.md.
`;

/** Ends the process once its output is out; a parent's IPC channel would keep it alive. */
const finish = (output = ''): Promise<never> =>
  new Promise(() => {
    process.stdout.write(output, () => process.exit(0));
  });

const COMMANDS = {
  serve: () => serve(loadConfig(process.env)),
  migrate: async () => {
    const { POSTGRES_URL, LOG_LEVEL } = loadStoreConfig(process.env);
    await migrate(POSTGRES_URL, createLogger('users', LOG_LEVEL));
    return finish();
  },
  seed: async () => {
    const { POSTGRES_URL, LOG_LEVEL } = loadStoreConfig(process.env);
    return finish(`${await seed(POSTGRES_URL, createLogger('users', LOG_LEVEL))}\n`);
  },
};

const command = process.argv[2] ?? 'serve';
if (command === '--help' || command === '-h') {
  process.stdout.write(HELP);
} else {
  await runService(async () => {
    const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command as keyof typeof COMMANDS] : undefined;
    if (run === undefined)
      throw new ConfigurationError('users', [`there is no command "${command}"; see --help`]);
    return run();
  });
}
