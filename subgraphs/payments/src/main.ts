import { createLogger, runCommands } from '@tributary/service-kit';
import { loadConfig, loadProviderConfig, loadStoreConfig } from './config.ts';
import { exportLedger } from './export-ledger.ts';
import { migrate } from './migrate.ts';
import { runReconciliation } from './reconcile.ts';
import { serve } from './serve.ts';

const HELP = `The payments subgraph.

  main.ts [serve]   answer requests and move payments on (the default)
  main.ts reconcile compare our books with the provider's, and print what differs
  main.ts export-ledger [account]
                    print all transfers as CSV, or those of one account
  main.ts migrate   bring the database to the newest schema
  main.ts --help    print this

It is configured by environment variables: see subgraphs/payments/README.md.
`;

await runCommands(process.argv.slice(2), {
  name: 'payments',
  help: HELP,
  serve: () => serve(loadConfig(process.env)),
  others: {
    reconcile: async () => {
      const config = loadProviderConfig(process.env);
      const report = await runReconciliation(config, createLogger('payments', config.LOG_LEVEL));
      return JSON.stringify(report, null, 2);
    },
    'export-ledger': async () => {
      const { POSTGRES_URL } = loadStoreConfig(process.env);
      const [, , , account = null] = process.argv;
      await exportLedger(
        POSTGRES_URL,
        account,
        (text) =>
          new Promise((resolve) =>
            process.stdout.write(text, () => {
              resolve();
            }),
          ),
      );
      return undefined;
    },
    migrate: async () => {
      const { POSTGRES_URL, LOG_LEVEL } = loadStoreConfig(process.env);
      await migrate(POSTGRES_URL, createLogger('payments', LOG_LEVEL));
      return undefined;
    },
  },
});
