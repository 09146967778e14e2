import {
  createLogger,
  readJsonFile,
  runService,
  SigningKey,
  StartupError,
  type RunningService,
} from '@tributary/service-kit';
import { join } from 'node:path';
import { createAccessTokenVerifier } from './auth/access-token-verifier.ts';
import { forwardedCredentials, signedCredentials } from './auth/credentials.ts';
import { HELP, loadConfig } from './config.ts';
import { startGateway } from './gateway.ts';

async function start(): Promise<RunningService> {
  const config = loadConfig(process.argv.slice(2), process.env);
  if (config === 'help') {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const { authentication } = config;
  const logger = createLogger('gateway', config.logLevel);
  const credentials =
    authentication === undefined
      ? forwardedCredentials()
      : await signedCredentials(
          createAccessTokenVerifier({ ...authentication, logger }),
          await readJsonFile('gateway', 'VIEWER_KEY_FILE', authentication.viewerKeyFile, SigningKey),
        );
  try {
    const gateway = await startGateway({
      config,
      credentials,
      logger,
      // The same from src/ and from dist/.
      explorerFolder: join(import.meta.dirname, '../dist/explorer'),
    });
    logger.info(
      { 'url.full': `${gateway.url}/graphql`, 'supergraph.file': config.supergraphFile },
      'Supergraph ready',
    );
    return gateway;
  } catch (error) {
    if (error instanceof StartupError) throw error;
    throw new StartupError(
      `The supergraph ${config.supergraphFile} cannot be served: ${(error as Error).message}`,
      { cause: error },
    );
  }
}

await runService(start);
