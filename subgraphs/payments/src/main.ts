import { createLogger, runCommands } from '@tributary/service-kit';
import { loadConfig, loadStoreConfig } from './config.ts';
import { migrate } from './migrate.ts';
import { serve } from './serve.ts';

const HELP = `The payments subgraph.

  main.ts [serve]   answer requests and move payments on (the default)
  main.ts migrate   bring the database to the newest schema
  main.ts --help    print this

It is configured by environment variables: see subgraphs/payments/README.md.
`;

await runCommands(process.argv.slice(2), {
  name: 'payments',
  help: HELP,
  serve: () => serve(loadConfig(process.env)),
  others: {
    migrate: async () => {
      const { POSTGRES_URL, LOG_LEVEL } = loadStoreConfig(process.env);
      await migrate(POSTGRES_URL, createLogger('payments', LOG_LEVEL));
      return undefined;
    },
  },
});
