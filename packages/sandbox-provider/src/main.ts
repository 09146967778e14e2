import { createLogger, runCommands } from '@tributary/service-kit';
import { loadConfig } from './config.ts';
import { startSandboxProvider } from './sandbox-provider.ts';

const HELP = `A payment provider for development and tests: test cards, no money.

  main.ts [serve]   answer requests
  main.ts --help    print this

It is configured by environment variables: see docs/payments.md.
`;

await runCommands(process.argv.slice(2), {
  name: 'sandbox-provider',
  help: HELP,
  serve: async () => {
    const config = loadConfig(process.env);
    const logger = createLogger('sandbox-provider', config.LOG_LEVEL);
    const provider = await startSandboxProvider({
      host: config.HOST,
      port: config.PORT,
      publicUrl: config.PUBLIC_URL,
      dataFolder: config.DATA_FOLDER,
      apiKey: config.API_KEY,
      webhook:
        config.WEBHOOK_URL === undefined || config.WEBHOOK_SECRET === undefined
          ? undefined
          : { url: config.WEBHOOK_URL, secret: config.WEBHOOK_SECRET, disturb: config.DISTURB_WEBHOOKS },
      logger,
    });
    logger.info({ url: provider.url }, 'listening');
    return { stop: provider.stop };
  },
  others: {},
});
