import { createLogger, runCommands } from '@tributary/service-kit';
import { loadConfig, loadStoreConfig } from './config.ts';
import { forgetAccessKeys } from './forget-access-keys.ts';
import { migrate } from './migrate.ts';
import { seed } from './seed/seed.ts';
import { serve } from './serve.ts';

const HELP = `The users subgraph.

  main.ts [serve]             answer requests (the default)
  main.ts migrate             bring the database to the newest schema
  main.ts seed                add the sample accounts that are missing
  main.ts forget-access-keys  keep no key of access tokens: after a leak, once ACCESS_TOKEN_KEY_FILE is a new one
  main.ts --help              print this

It is configured by environment variables: see subgraphs/users/README.md.
`;

const store = () => {
  const { POSTGRES_URL, LOG_LEVEL } = loadStoreConfig(process.env);
  return { url: POSTGRES_URL, logger: createLogger('users', LOG_LEVEL) };
};

await runCommands(process.argv.slice(2), {
  name: 'users',
  help: HELP,
  serve: () => serve(loadConfig(process.env)),
  others: {
    migrate: async () => {
      const { url, logger } = store();
      await migrate(url, logger);
      return undefined;
    },
    seed: () => {
      const { url, logger } = store();
      return seed(url, logger);
    },
    'forget-access-keys': () => {
      const { url, logger } = store();
      return forgetAccessKeys(url, logger);
    },
  },
});
