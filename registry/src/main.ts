import { createLogger, runCommands } from '@tributary/service-kit';
import { loadConfig, loadKeyConfig, loadStoreConfig } from './config.ts';
import { createKey } from './create-key.ts';
import { migrate } from './migrate.ts';
import { serve } from './serve.ts';

const HELP = `The schema registry.

  main.ts [serve]      answer requests (the default)
  main.ts migrate      bring the database to the newest schema
  main.ts create-key   print a new API key for the graph GRAPH_ID, which is made when there is none
                       (KEY_NAME, KEY_ROLE=ADMIN|PUBLISHER|ROUTER|OBSERVER); with KEY_SHA256 take
                       the key that has this hash, and print none
  main.ts --help       print this

It is configured by environment variables: see docs/registry.md.
`;

await runCommands(process.argv.slice(2), {
  name: 'registry',
  help: HELP,
  serve: () => serve(loadConfig(process.env)),
  others: {
    migrate: async () => {
      const { POSTGRES_URL, LOG_LEVEL } = loadStoreConfig(process.env);
      await migrate(POSTGRES_URL, createLogger('registry', LOG_LEVEL));
      return undefined;
    },
    'create-key': () => createKey(loadKeyConfig(process.env)),
  },
});
