import { ConfigurationError, createLogger, runService } from '@tributary/service-kit';
import { loadConfig, loadStoreConfig } from './config.ts';
import { migrate } from './migrate.ts';
import { serve } from './serve.ts';

const HELP = `The payments subgraph.

  main.ts [serve]   answer requests and move payments on (the default)
  main.ts migrate   bring the database to the newest schema
  main.ts --help    print this

It is configured by environment variables: see subgraphs/payments/README.md.
`;

const COMMANDS = {
  serve: () => serve(loadConfig(process.env)),
  migrate: async () => {
    const { POSTGRES_URL, LOG_LEVEL } = loadStoreConfig(process.env);
    await migrate(POSTGRES_URL, createLogger('payments', LOG_LEVEL));
    return process.exit(0);
  },
};

const command = process.argv[2] ?? 'serve';
if (command === '--help' || command === '-h') {
  process.stdout.write(HELP);
} else {
  await runService(async () => {
    const run = Object.hasOwn(COMMANDS, command) ? COMMANDS[command as keyof typeof COMMANDS] : undefined;
    if (run === undefined) {
      throw new ConfigurationError('payments', [`there is no command "${command}"; see --help`]);
    }
    return run();
  });
}
